// What a program opened, as strace wrote it down: which of it was neither given to it, nor installed, nor the system's. It runs nothing.
import { existsSync, readFileSync } from "node:fs"
import { relative, sep } from "node:path"

/** Where every program reads: libraries, settings and devices of the system. */
const systemFolders = [
  ...[
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/usr",
    "/etc",
    "/dev",
    "/proc",
    "/sys",
    "/run",
  ],
  ...["/var/lib", "/var/cache"],
]

/** Files of which a person reads the names. */
const namedAtMost = 20

/** What may be read. */
export interface Declared {
  /** The project's: what lies there is no system's, wherever the project lies. */
  readonly root: string
  /** Those of the attempt, and of what is installed. */
  readonly folders: ReadonlyArray<string>
}

const isIn = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

/**
 * Paths that were opened to be read and may not be, in the order of their names; those of the project relative to it.
 *
 * @param file that strace wrote, with the paths of descriptors
 */
export function undeclaredPaths(file: string, { root, folders }: Declared): ReadonlyArray<string> {
  if (!existsSync(file)) return []
  const opened = readFileSync(file, "utf8").split("\n").flatMap(pathOf)
  const others = opened.filter((path) => {
    if (folders.some((folder) => isIn(path, folder) || isIn(folder, path))) return false
    return isIn(path, root) || !systemFolders.some((folder) => isIn(path, folder))
  })
  const shown = [...new Set(others)].map((path) => (isIn(path, root) ? relative(root, path) : path)).sort()
  return shown.length > namedAtMost
    ? [...shown.slice(0, namedAtMost), `and ${shown.length - namedAtMost} more`]
    : shown
}

/** Of a call that succeeded, and not only to write: the path of the descriptor that it gave, with links followed. */
function pathOf(line: string): ReadonlyArray<string> {
  const [, call, path] = /\b(open.*) = \d+<(\/.*)>$/.exec(line) ?? []
  return path === undefined || /\bO_(WRONLY|PATH)\b/.test(call!)
    ? []
    : [unescaped(path.replace(/ \(deleted\)$/, ""))]
}

/** Bytes that are no letters of ASCII stand there as `\303\251`. */
const unescaped = (path: string): string =>
  Buffer.from(
    path.replace(/\\([0-7]{1,3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    "latin1",
  ).toString()
