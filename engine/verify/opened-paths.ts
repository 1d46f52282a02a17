// What a program opened, listed and started, as strace wrote it down: which of it was neither given to it, nor installed, nor the system's.
// It runs nothing.
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs"
import { basename, dirname, join, relative, resolve, sep } from "node:path"

/**
 * Where every program reads: libraries, settings and devices of the system (FHS), which no project holds. A project that lies there is
 * no system's.
 */
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

/** Folders below those in which people and their programs keep files, memory and disks of their own. */
const usersFolders = ["/dev/shm", "/run/user", "/run/media"]

/** Files of which a person reads the names. */
const namedAtMost = 20

/** What may be read and started. */
export interface Declared {
  /** The project's: what lies there is no system's, wherever the project lies. */
  readonly root: string
  /** Those of the attempt, and of what is installed. */
  readonly folders: ReadonlyArray<string>
  /** Programs that the key names, links followed. */
  readonly executables: ReadonlyArray<string>
}

/** What of it was not declared, in the order of names; what lies in the project relative to it. */
export interface Traced {
  /** What it read, listed or started. */
  readonly undeclared: ReadonlyArray<string>
  /** Programs of the system that it started, and that no key names. */
  readonly started: ReadonlyArray<string>
  /** What it wrote to, other than in folders of its own. */
  readonly wrote: ReadonlyArray<string>
}

const isIn = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

/** One thing that a process did. */
interface Act {
  readonly did: "read" | "listed" | "started" | "wrote" | "made"
  readonly path: string
  /** Seconds since 1970. */
  readonly at: number
}

/** @param file that strace was given, with paths of descriptors: it wrote one for each process, its number behind the name */
export function tracedPaths(file: string, { root, folders, executables }: Declared): Traced {
  const own = join(dirname(file), "program") // where a program begins
  const acts = readdirSync(dirname(file))
    .filter((name) => name.startsWith(`${basename(file)}.`))
    .flatMap((name) => actsIn(readFileSync(join(dirname(file), name), "utf8"), own))
    .sort((a, b) => a.at - b.at)
  const isOwn = madeFirst(acts)
  const isSystems = (path: string): boolean =>
    [root, ...usersFolders].every((folder) => !isIn(path, folder)) &&
    systemFolders.some((folder) => isIn(path, folder))
  const isDeclared = (path: string): boolean => folders.some((folder) => isIn(path, folder))
  const isNamed = (path: string): boolean =>
    executables.includes(path) || (isDeclared(path) && !isSystems(path))
  const told = (is: (act: Act) => boolean): ReadonlyArray<string> =>
    shown(
      acts.filter(is).map(({ path }) => path),
      root,
    )
  return {
    undeclared: told(({ did, path }) => {
      if (did === "wrote" || did === "made" || isOwn(path) || isSystems(path)) return false
      if (did === "started") return !isNamed(path)
      return !isDeclared(path)
    }),
    started: told(({ did, path }) => did === "started" && isSystems(path) && !isNamed(path)),
    wrote: told(
      ({ did, path }) =>
        did === "wrote" && !isDeclared(path) && !(isSystems(path) && /^\/(dev|proc)\//.test(path)),
    ),
  }
}

/** Whether a file was made, of nothing or anew, before any process read it: then it was not there for it. @param acts in their order */
function madeFirst(acts: ReadonlyArray<Act>): (path: string) => boolean {
  const first = new Map<string, Act["did"]>()
  for (const { did, path } of acts)
    if ((did === "made" || did === "read") && !first.has(path)) first.set(path, did)
  return (path) => first.get(path) === "made"
}

function shown(paths: ReadonlyArray<string>, root: string): ReadonlyArray<string> {
  const inProject = (path: string): string =>
    path === root ? "." : isIn(path, root) ? relative(root, path).split(sep).join("/") : path
  const names = [...new Set(paths.map(inProject))].sort()
  return names.length > namedAtMost
    ? [...names.slice(0, namedAtMost), `and ${names.length - namedAtMost} more`]
    : names
}

/** What a process did. @param from where it was when it began: a program that it starts may be named from there */
function actsIn(text: string, from: string): ReadonlyArray<Act> {
  const lines = text.split("\n").map((line) => /^(\d+\.\d+) (.*)$/.exec(line) ?? ["", "0", ""])
  const places = lines.map(([, , line]) => /\(AT_FDCWD<(.*?)>, "/.exec(line!)?.[1])
  return lines.flatMap(([, seconds, line], i): ReadonlyArray<Act> => {
    const at = Number(seconds)
    const [, started] = /^execve(?:at)?\((?:[^"]*, )?"((?:[^"\\]|\\.)*)", .* = 0$/.exec(line!) ?? []
    if (started !== undefined) {
      const place = places.slice(i).find((each) => each !== undefined)
      const path = resolve(place === undefined ? from : unescaped(place), unescaped(started))
      return [{ did: "started", path: real(path), at }]
    }
    const [, listed] = /^getdents(?:64)?\(\d+<(.*)>, .* = [1-9]\d*$/.exec(line!) ?? []
    if (listed !== undefined) return [{ did: "listed", path: unescaped(listed), at }]
    const [, call, opened] = /^((?:open|creat).*) = \d+<(\/.*)>$/.exec(line!) ?? []
    if (opened === undefined || /\bO_PATH\b/.test(call!)) return []
    const path = unescaped(opened.replace(/ \(deleted\)$/, ""))
    if (isFolder(path)) return [] // what it lists there is told where it does
    return didBy(call!).map((did) => ({ did, path, at }))
  })
}

/** What a call does that opens a file. */
function didBy(call: string): ReadonlyArray<Act["did"]> {
  if (/^creat|\bO_(?:EXCL|TRUNC)\b/.test(call)) return ["made", "wrote"] // of what was there before it sees nothing
  if (/\bO_WRONLY\b/.test(call)) return ["wrote"]
  return /\bO_RDWR\b/.test(call) ? ["read", "wrote"] : ["read"]
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false // it has gone since
  }
}

/** Links followed, where it is still there. */
function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

const letters: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", v: "\v", f: "\f" }

/** As C writes texts: `\n`, and bytes that are no letters of ASCII as `\303\251`. */
const unescaped = (path: string): string =>
  Buffer.from(
    path.replace(/\\([0-7]{1,3}|.)/g, (_, code: string) =>
      /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (letters[code] ?? code),
    ),
    "latin1",
  ).toString()
