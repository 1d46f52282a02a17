// The checkouts that use a store, as the store knows them: a small file for each, so that none has to wait for another. What a lock
// file of any of them names is kept. It reads no lock file.
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { digestOf } from "../../content/digest.ts"
import { writeWhole } from "../../store/whole-file.ts"

/** In the store's folder. */
export const checkoutsName = "checkouts"

interface Noted {
  readonly file: string
  readonly root: string
}

const fileOf = (root: string): string => `${digestOf(root).slice(0, 16)}.json`

/** Notes that a checkout uses the store. What cannot be written, as on a full disk, is noted by its next run. */
export function noteCheckout(artifacts: string, root: string): void {
  const folder = join(artifacts, checkoutsName)
  const full = realOf(root)
  if (full === undefined || notedIn(artifacts).some((noted) => noted.root === full)) return
  try {
    mkdirSync(folder, { recursive: true })
    writeWhole(join(folder, fileOf(full)), `${JSON.stringify({ root: full })}\n`)
  } catch {
    // it is noted by the next
  }
}

/** Every checkout that uses the store. */
export interface Checkouts {
  /** Those that are there; the one that asks is the first, noted or not. */
  readonly there: ReadonlyArray<string>
  /** Those that are gone: nothing that they pinned is kept for them. */
  readonly gone: ReadonlyArray<string>
}

export function checkoutsOf(artifacts: string, root: string): Checkouts {
  const own = realOf(root) ?? root
  const roots = notedIn(artifacts).map((noted) => noted.root)
  const others = roots.filter((each) => each !== own).sort()
  return {
    there: [own, ...others.filter((each) => !isGone(each))],
    gone: others.filter(isGone),
  }
}

/** Forgets those that are gone. */
export function pruneCheckouts(artifacts: string): void {
  for (const { file, root } of notedIn(artifacts)) if (isGone(root)) rmSync(file, { force: true })
}

function notedIn(artifacts: string): ReadonlyArray<Noted> {
  const folder = join(artifacts, checkoutsName)
  return namesIn(folder).flatMap((name) => {
    const file = join(folder, name)
    const root = rootIn(file)
    return root === undefined || name !== fileOf(root) ? [] : [{ file, root }]
  })
}

function namesIn(folder: string): ReadonlyArray<string> {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

function rootIn(file: string): string | undefined {
  try {
    const { root } = JSON.parse(readFileSync(file, "utf8")) as { readonly root?: unknown }
    return typeof root === "string" ? root : undefined
  } catch {
    return undefined // torn, or somebody's
  }
}

/** Only what is certainly not there: a folder that may not be looked into is. */
function isGone(root: string): boolean {
  try {
    return !statSync(root).isDirectory()
  } catch (failure) {
    return ["ENOENT", "ENOTDIR"].includes((failure as NodeJS.ErrnoException).code ?? "")
  }
}

function realOf(root: string): string | undefined {
  try {
    return realpathSync(root)
  } catch {
    return undefined
  }
}
