// Outputs that a stage gives as paths: files that it has written in its places, hashed as streams and left where they are for
// whoever takes them into a store. A folder is a list of them.
import { copyFileSync, lstatSync, mkdirSync, readdirSync, realpathSync } from "node:fs"
import { join, relative, resolve, sep } from "node:path"
import { safeFileName } from "../../content/file-name.ts"
import { hashingFile } from "../../content/hash-file.ts"
import { type FolderFile, manifestOf } from "../../content/manifest.ts"
import type { Steps } from "../../content/steps.ts"
import { type OutputEntry, type OutputFile, placesName } from "../protocol.ts"
import { leave, writeBlob } from "./blobs.ts"

/** Is shown what is given, a piece at a time, and where each begins. */
export type Look = (bytes: Uint8Array, at: number) => void

/** Where the places of an attempt are. */
export const placesIn = (folder: string): string => join(folder, placesName)

/** A place in an attempt's folder. @throws TypeError for what is no name of a file */
export function placeIn(folder: string, name: string): string {
  if (typeof name !== "string" || safeFileName(name) !== name)
    throw new TypeError(
      `${JSON.stringify(name)} is no name for a place: it is letters, digits and . _ - = + @, as in place("sorted.csv")`,
    )
  mkdirSync(placesIn(folder), { recursive: true })
  return join(placesIn(folder), name)
}

/** @throws TypeError for what is no file in a place of the attempt's */
export function* givenFile(kind: string, content: unknown, folder: string, look: Look): Steps<OutputFile> {
  const path = ownPath(content, folder, "a file is given as the path where it was written")
  return { kind, ...(yield* entryOf(path, folder, look)) }
}

/**
 * @param content the path of a folder with files in it, or files by name: bytes, or paths
 * @param blob the name of what lists them
 * @throws TypeError for anything else
 */
export function* givenFolder(
  kind: string,
  content: unknown,
  folder: string,
  blob: string,
  look: Look,
): Steps<OutputFile> {
  const files: Array<OutputEntry & Pick<FolderFile, "name">> = []
  for (const [name, given] of contentsOf(content, folder)) {
    yield
    const path = given instanceof Uint8Array ? written(given, folder, `${blob}-${files.length}`) : given
    const own = ownPath(
      path,
      folder,
      `the file ${JSON.stringify(name)} of a folder is given as bytes, or as the path where it was written`,
    )
    files.push({ name, ...(yield* entryOf(own, folder, look)) })
  }
  const manifest = manifestOf(files)
  look(manifest, 0)
  return {
    ...writeBlob(folder, blob, kind, manifest),
    files: files.map(({ digest, size, file }) => ({ digest, size, file })),
  }
}

function* contentsOf(content: unknown, folder: string): Generator<readonly [string, unknown], void, void> {
  if (typeof content === "string") {
    const root = ownPath(content, folder, "a folder is given as the path where it was made")
    if (!lstatSync(root).isDirectory())
      throw new TypeError(`a folder is given as the path of one, and ${JSON.stringify(content)} is a file`)
    for (const name of namesIn(root)) yield [name, join(root, name)]
    return
  }
  if (!isMap(content))
    throw new TypeError("a folder is given as a path, or as a Map from names to bytes or paths")
  for (const [name, given] of content) {
    if (typeof name !== "string") throw new TypeError("the names of a folder's files are text")
    yield [name, given]
  }
}

/** Of another realm too: a stage may run in one. */
const isMap = (content: unknown): content is Iterable<readonly [unknown, unknown]> =>
  typeof content === "object" &&
  content !== null &&
  typeof (content as Partial<Map<unknown, unknown>>).entries === "function" &&
  typeof (content as Partial<Map<unknown, unknown>>).get === "function"

/** Of all files at any depth, with slashes between. */
function* namesIn(folder: string, prefix = ""): Generator<string, void, void> {
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true }))
    if (entry.isDirectory()) yield* namesIn(folder, `${prefix}${entry.name}/`)
    else yield `${prefix}${entry.name}`
}

function written(bytes: Uint8Array, folder: string, name: string): string {
  mkdirSync(placesIn(folder), { recursive: true })
  leave(placesIn(folder), `.${name}`, bytes) // no name of a place begins so
  return join(placesIn(folder), `.${name}`)
}

/** @returns a path that lies in the places, links resolved. @param what it should be, for people */
function ownPath(content: unknown, folder: string, what: string): string {
  if (typeof content !== "string")
    throw new TypeError(`${what}, not as ${content === null ? "null" : typeof content}`)
  const path = real(resolve(content))
  if (path === undefined)
    throw new TypeError(`${what}, and nothing is at ${JSON.stringify(content)}: await what writes it`)
  const places = real(placesIn(folder))
  if (places === undefined || !path.startsWith(places + sep))
    throw new TypeError(
      `${what}, and ${JSON.stringify(content)} is in no place of the task's: write it to context.place("NAME"), and give that`,
    )
  return path
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

/** A file that has another name too would be changed under that: it is copied. */
function* entryOf(path: string, folder: string, look: Look): Steps<OutputEntry> {
  const stat = lstatSync(path)
  if (!stat.isFile()) throw new TypeError(`${path} is no file, and only files are kept`)
  const own = stat.nlink > 1 ? `${path}.copy` : path
  if (own !== path) copyFileSync(path, own)
  const { digest, size } = yield* hashingFile(own, look)
  return { digest, size, file: relative(real(folder)!, own).replaceAll(sep, "/") }
}
