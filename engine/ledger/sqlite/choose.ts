// Which driver of SQLite this process uses, and why: better-sqlite3 first, else node:sqlite.
import { LedgerError } from "../records.ts"
import { betterSqlite3 } from "./better-sqlite3.ts"
import type { Driver } from "./driver.ts"
import { nodeSqlite } from "./node-sqlite.ts"

export interface Choice {
  readonly driver: Driver
  /** Why it is not the first choice; undefined where it is. */
  readonly because: string | undefined
}

/** No driver loads: what was found, and what to do about it. */
export class NoSqlite extends LedgerError {
  readonly found: string
  readonly remedy: string
  constructor(found: string, remedy: string) {
    super(`${found}; ${remedy}`)
    this.found = found
    this.remedy = remedy
  }
}

export type Loaders = Readonly<Record<Driver["name"], () => Driver>>

const loaders: Loaders = {
  "better-sqlite3": betterSqlite3,
  "node:sqlite": nodeSqlite,
}

let chosen: Choice | undefined

/**
 * The environment variable REFOLD_SQLITE forces a driver by its name.
 *
 * @throws NoSqlite
 */
export const sqliteChoice = (): Choice => {
  chosen ??= choose(loaders, process.env.REFOLD_SQLITE)
  return chosen
}

/** @param forced the only driver that will do, if one is named */
export function choose(load: Loaders, forced: string | undefined): Choice {
  if (forced !== undefined && forced !== "") return forcedChoice(load, forced)
  const first = attempt(load["better-sqlite3"])
  if ("driver" in first) return { driver: first.driver, because: undefined }
  const second = attempt(load["node:sqlite"])
  const because = `better-sqlite3 does not load: ${reasonOf(first.failure)}`
  if ("driver" in second) return { driver: second.driver, because }
  throw new NoSqlite(
    `there is no SQLite: ${because}, and Node ${process.versions.node} has no node:sqlite`,
    `use Node 22.13 or later, or run ${remedyOf(first.failure)}, which needs a C++ compiler and Python where no binary can be downloaded`,
  )
}

function forcedChoice(load: Loaders, forced: string): Choice {
  if (!Object.hasOwn(load, forced))
    throw new NoSqlite(
      `REFOLD_SQLITE=${forced} names no driver`,
      `it takes ${Object.keys(load).join(" or ")}`,
    )
  const only = attempt(load[forced as Driver["name"]])
  if ("driver" in only) return { driver: only.driver, because: `REFOLD_SQLITE=${forced} asks for it` }
  throw new NoSqlite(`REFOLD_SQLITE=${forced} does not load: ${reasonOf(only.failure)}`, "unset the variable")
}

function attempt(load: () => Driver): { readonly driver: Driver } | { readonly failure: unknown } {
  try {
    return { driver: load() }
  } catch (failure) {
    return { failure }
  }
}

const isAbsent = (failure: unknown): boolean =>
  (failure as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND" &&
  /'better-sqlite3'/.test((failure as Error).message)

const remedyOf = (failure: unknown): string =>
  isAbsent(failure) ? "npm install again" : "npm rebuild better-sqlite3"

/** What loaders throw runs over many lines, of paths that were tried and of what was required by what. */
function reasonOf(failure: unknown): string {
  const { code, message = String(failure) } = failure as Partial<NodeJS.ErrnoException>
  if (isAbsent(failure)) return "it is not installed"
  if (code === "ERR_UNKNOWN_BUILTIN_MODULE") return `Node ${process.versions.node} does not have it`
  if (message.startsWith("Could not locate the bindings file")) return "its binary is missing"
  if (message.includes("NODE_MODULE_VERSION")) return "its binary is for another version of Node"
  return message.split("\n")[0]!.slice(0, 200)
}
