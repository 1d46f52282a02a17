// A folder as an artifact: a list of its files, each by name, digest and size. The files are artifacts of their own, so that of
// a folder in which one changed, one is stored. Knows no file system and no store.
import { type Digest, isDigest } from "./digest.ts"

export interface FolderFile {
  /** Relative to the folder, with slashes between its parts. */
  readonly name: string
  readonly digest: Digest
  readonly size: number
}

/** The first line: nothing else that is stored begins so. */
const head = "refold-folder/1\n"

/**
 * The bytes of a folder's artifact, which do not depend on the order of its files: a line of JSON for each, in code-unit order.
 *
 * @throws TypeError for a name that no folder can hold, and for two files of one name or a file that is a folder, too
 */
export function manifestOf(files: Iterable<FolderFile>): Uint8Array {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const folders = new Set<string>()
  for (const [i, { name }] of sorted.entries()) {
    checkName(name)
    if (name === sorted[i - 1]?.name)
      throw new TypeError(`a folder has two files called ${JSON.stringify(name)}`)
    for (let at = name.indexOf("/"); at !== -1; at = name.indexOf("/", at + 1)) folders.add(name.slice(0, at))
  }
  const both = sorted.find(({ name }) => folders.has(name))
  if (both !== undefined)
    throw new TypeError(`in a folder ${JSON.stringify(both.name)} is both a file and a folder of others`)
  const lines = sorted.map(({ name, digest, size }) => `${JSON.stringify([name, digest, size])}\n`)
  return new TextEncoder().encode(head + lines.join(""))
}

function checkName(name: string): void {
  const isWrong = name.includes("\0") || name.split("/").some((part) => ["", ".", ".."].includes(part))
  if (isWrong)
    throw new TypeError(
      `${JSON.stringify(name)} is no name of a file in a folder: names are relative, with single slashes between, such as "train/1.png"`,
    )
}

/** The files of a folder, from the bytes of its artifact. @throws SyntaxError for bytes that are no list of files */
export function filesOf(manifest: Uint8Array): ReadonlyArray<FolderFile> {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(manifest)
  if (!text.startsWith(head) || !text.endsWith("\n"))
    throw new SyntaxError(
      "the artifact of a folder is no list of files: it was cut short, or is of another kind",
    )
  return text
    .slice(head.length, -1)
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [fileOf(JSON.parse(line))]))
}

function fileOf(read: unknown): FolderFile {
  const [name, digest, size] = Array.isArray(read) ? read : []
  if (typeof name !== "string" || !isDigest(String(digest)) || !Number.isSafeInteger(size) || size < 0)
    throw new SyntaxError(`in the list of a folder's files stands ${JSON.stringify(read)}, which names none`)
  return { name, digest, size }
}

/** Bytes that tell whether an artifact is a folder's. */
export const toldBy = head.length

/** @param start its first bytes, `toldBy` of them or more */
export const isManifest = (start: Uint8Array): boolean =>
  new TextDecoder().decode(start.subarray(0, toldBy)) === head

/** Files by which two folders differ, one way of several. */
export interface FolderChange {
  readonly change: "added" | "edited" | "removed"
  readonly count: number
  /** The first of them. */
  readonly names: ReadonlyArray<string>
}

/** Names that are told of each way: a folder may be another altogether. */
const toldAtMost = 20

/** How two folders differ; none of their files in a way that no file differs. */
export function folderChanges(
  before: ReadonlyArray<FolderFile>,
  after: ReadonlyArray<FolderFile>,
): ReadonlyArray<FolderChange> {
  const was = new Map(before.map(({ name, digest }) => [name, digest]))
  const is = new Map(after.map(({ name, digest }) => [name, digest]))
  const names: Readonly<Record<FolderChange["change"], ReadonlyArray<string>>> = {
    added: [...is.keys()].filter((name) => !was.has(name)),
    edited: [...is.keys()].filter((name) => was.has(name) && was.get(name) !== is.get(name)),
    removed: [...was.keys()].filter((name) => !is.has(name)),
  }
  return (["added", "edited", "removed"] as const).flatMap((change) => {
    const { length: count } = names[change]
    return count === 0 ? [] : [{ change, count, names: names[change].slice(0, toldAtMost) }]
  })
}
