// Names that people chose as names of files that every file system takes and tells apart. Knows no folder and no result.
import { digestOf } from "./digest.ts"

/** What a file is to be called: a name that may hold anything, and the ending that says what is in it. */
export interface FileTitle {
  readonly name: string
  /** Without its dot; none when empty. A name that ends in it gets no second one. */
  readonly extension?: string
}

/** Most file systems take 255 bytes; the rest is for what others put behind the name. */
const longest = 180
const digits = 12
/** How a name ends that was given its digest: no name that a person chose may pass for one. */
const isMarked = new RegExp(`-[0-9a-f]{${digits}}(\\.|$)`, "i")
/** Names of devices on Windows, whatever ending they have. */
const isDevice = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i

/**
 * A name as the name of a file, the same whatever else is in the folder. A name that no file system could take amiss is
 * kept; of any other a safe form with a short digest of the name, so that two names never fall on one file but for their
 * case: `a b` is `a_b-…`, beside `a_b`. Files that may differ in case alone are named together, by `distinctFileNames`.
 */
export function safeFileName(name: string, extension = ""): string {
  const { stem, ending, isOwn } = formOf({ name, extension })
  return isOwn ? `${stem}${ending}` : marked({ name, extension })
}

/**
 * Names of files that lie in one folder, in the order of `files`. Those that would meet, also where case is not told apart,
 * or fall on one of `taken`, get a short digest each.
 *
 * @param files no two of the same name and extension
 */
export function distinctFileNames(
  files: ReadonlyArray<FileTitle>,
  taken: ReadonlyArray<string> = [],
): ReadonlyArray<string> {
  const safe = files.map(({ name, extension }) => safeFileName(name, extension))
  const met = new Map(taken.map((name) => [name.toLowerCase(), 1]))
  for (const name of safe) met.set(name.toLowerCase(), (met.get(name.toLowerCase()) ?? 0) + 1)
  return safe.map((name, i) => {
    const isAlone = met.get(name.toLowerCase()) === 1
    return isAlone || isMarked.test(name) ? name : marked(files[i]!)
  })
}

/**
 * Paths of files within one folder, in the order of `names`, which have slashes between their parts: each part a name that every
 * file system takes, and no two on one file, nor a file where another has a folder.
 *
 * @param names no two the same
 */
export function distinctPaths(names: ReadonlyArray<string>): ReadonlyArray<string> {
  const safe = names.map((name) =>
    name
      .split("/")
      .map((part) => safeFileName(part))
      .join("/"),
  )
  const taken = new Map<string, number>()
  const take = (path: string): void => void taken.set(path, (taken.get(path) ?? 0) + 1)
  for (const folder of new Set(safe.flatMap((path) => foldersOf(path.toLowerCase())))) take(folder)
  for (const path of safe) take(path.toLowerCase())
  return safe.map((path, i) => {
    if (taken.get(path.toLowerCase()) === 1) return path
    const at = path.lastIndexOf("/") + 1
    return `${path.slice(0, at)}${marked({ name: names[i]! })}`
  })
}

const foldersOf = (path: string): ReadonlyArray<string> =>
  [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index))

/** The safe form with the digest of what it stands for. */
function marked(file: FileTitle): string {
  const { name, extension = "" } = file
  const { stem, ending } = formOf(file)
  const digest = digestOf(JSON.stringify([name, extension])).slice(0, digits) // JSON tells lone surrogates apart, UTF-8 does not
  return `${stem}-${digest}${ending}`
}

/** The safe form in two parts, and whether the name is that form itself. */
function formOf({ name, extension = "" }: FileTitle) {
  const asked = extension === "" ? "" : `.${extension}`
  const given = asked !== "" && name.endsWith(asked) ? name.slice(0, -asked.length) : name
  const ending =
    asked.slice(0, 1) +
    letters(asked.slice(1))
      .replace(/\.$/, "_")
      .slice(0, longest / 3)
  const room = longest - ending.length - digits - 1
  const plain = letters(given).replace(/^[.-]/, "_").replace(/\.$/, "_") || "_"
  const stem = (isDevice.test(plain) ? `_${plain}` : plain).slice(0, room)
  return { stem, ending, isOwn: stem === given && ending === asked && !isMarked.test(given) }
}

const letters = (text: string): string => text.replace(/[^A-Za-z0-9._=+@-]/g, "_")
