// Which paths a task may read, look at and write. It knows what each place is for, and no function of the file system.
import { dirname, join, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { packageOf } from "../../../code/places.ts"
import { standing } from "./caller.ts"
import type { Guard } from "./guard.ts"
import type { Trap } from "./replace.ts"
import type { Undeclared } from "./undeclared.ts"

/** Probing asks whether something is there, and reads none of it. */
export type Access = "read" | "probe" | "write"

const cwd = process.cwd.bind(process)

/** The whole path of what a function was given; undefined for what is none, such as a descriptor. */
export function wholePath(given: unknown): string | undefined {
  if (given instanceof Uint8Array) return resolve(cwd(), Buffer.from(given).toString())
  if (typeof given === "string") return resolve(cwd(), given)
  if (!(given instanceof URL)) return undefined
  try {
    return fileURLToPath(given)
  } catch {
    return undefined // refused by whoever is to open it
  }
}

const devices: ReadonlySet<string> = new Set([
  "/dev/null",
  "\\\\.\\nul",
  "/dev/stdin",
  "/dev/stdout",
  "/dev/stderr",
  "/dev/tty",
])

/** Where Node itself looks as it goes on with what it was asked for. */
const isUnder = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep)

/** What is refused of a path, and how; undefined if nothing is. */
export function refusal(guard: Guard, access: Access, given: unknown, below: Trap): Undeclared | undefined {
  const path = wholePath(given)
  if (path === undefined || devices.has(path) || isItsOwn(guard, path)) return undefined
  if (access !== "write" && (isKnown(guard, path) || guard.isHanded(path))) return undefined
  const { hasAuthor, isNodes } = standing(guard.bundle, below)
  if (isNodes) return undefined
  const caller = guard.caller(below)
  if (access !== "write" && caller.is !== "author" && isInstalled(path)) return undefined
  const named = typeof given === "string" ? given : path
  if (caller.is !== "package") return refused(guard, access, named)
  if (access !== "write" && guard.phase === "loading" && !hasAuthor && !isOfProject(guard, path))
    return undefined
  return refused(guard, access, named, caller.name)
}

/** What goes with the task, or is taken from there as an output. */
const isItsOwn = ({ options: { scratch, places } }: Guard, path: string): boolean =>
  scratch.holds(path) || (places !== undefined && isUnder(path, resolve(places)))

/** What is in the key: its packages, the bundle, files of the numerics. */
function isKnown({ task, bundle }: Guard, path: string): boolean {
  if (path === task.code || path === bundle || Object.values(task.files).includes(path)) return true
  const name = packageOf(path)?.name
  return name !== undefined && task.packages.includes(name)
}

/** What packages and Node's own loader find for themselves. A bundle's neighbours in node_modules/.cache are no package. */
function isInstalled(path: string): boolean {
  const parts = path.split(sep)
  const at = parts.lastIndexOf("node_modules")
  return at >= 0 && parts[at + 1] !== ".cache"
}

/** Whether an edit of the author's may have made the file what it is. */
function isOfProject({ task, bundle }: Guard, path: string): boolean {
  const root = task.settings.root ?? projectOf(bundle)
  return isUnder(path, resolve(cwd(), root)) || isUnder(path, cwd())
}

/** The folder whose `node_modules` a bundle is kept in. */
const projectOf = (bundle: string): string => {
  const at = bundle.lastIndexOf(`${sep}node_modules${sep}`)
  return at < 0 ? dirname(bundle) : bundle.slice(0, at)
}

function refused(guard: Guard, access: Access, path: string, name?: string): Undeclared {
  const by = name === undefined ? "" : `, which the package ${name} asked for`
  if (access === "write")
    return guard.refuse(
      `the file ${path}, to change it${by}`,
      'return what is to be kept as an output, or write it to context.place("NAME") and return that path; write what is not kept into os.tmpdir(), or declare `allow: ["files"]`',
      name === undefined ? undefined : "EROFS",
    )
  const installed = name === undefined ? packageOf(path)?.name : undefined
  return guard.refuse(
    `the file ${path}${by}`,
    installed === undefined || installed.startsWith(".")
      ? 'wire it as an input with file(…), or declare `allow: ["files"]`'
      : `name its package, as in \`packages: ["${installed}"]\`, so that it is in the key, or declare \`allow: ["files"]\``,
    name === undefined ? undefined : "ENOENT",
  )
}

/** What a link is to point to, from where it stands. */
export const targetOf = (target: unknown, path: unknown): unknown => {
  const from = wholePath(path)
  return typeof target === "string" && from !== undefined ? join(resolve(dirname(from), target)) : target
}

/** Where the first of some patterns looks. */
export const patternOf = (patterns: unknown, options: unknown): unknown => {
  const [first]: ReadonlyArray<unknown> = Array.isArray(patterns) ? patterns : [patterns]
  const { cwd: from } = (typeof options === "object" && options !== null ? options : {}) as { cwd?: unknown }
  return typeof first === "string" ? resolve(wholePath(from) ?? cwd(), first) : first
}
