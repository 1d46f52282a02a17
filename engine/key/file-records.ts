// The digests of local files and folders, for keys: remembered by what the disk says of them, else taken as a stream, with turns
// for others in between. Knows no store.
import { createHash, type Hash } from "node:crypto"
import { type BigIntStats, closeSync, openSync, readdirSync, readSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { isSettled, RememberedDigests, stampOf } from "../code/remembered-digests.ts"
import type { Digest } from "../content/digest.ts"
import { folderHead } from "../content/folder-codec.ts"
import type { Steps } from "../content/steps.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import type { FileNode } from "../declare/task.ts"
import type { OutputRecord } from "../ledger/records.ts"

/** A local file that was an input when its digest was taken, and is gone, past reading or another one by now. */
export class FileChanged extends Error {
  readonly _tag = "FileChanged"
}

/** In the project's cache. */
const memo = join("inputs", "files-1.json")

/** From here on every local file is read, however unchanged the disk says it is. */
export const rehash = (root: string): void => RememberedDigests.distrust(root, memo)

/**
 * The digests of local files, taken now: an unchanged one is not read.
 *
 * @param now in milliseconds since 1970
 * @throws DeclarationError for one that cannot be read, FileChanged for one that changes meanwhile
 */
export function* recordingFiles(
  root: string,
  files: ReadonlyArray<FileNode>,
  now: () => number = Date.now,
): Steps<ReadonlyMap<string, OutputRecord>> {
  const remembered = new RememberedDigests(root, memo)
  const records = new Map<string, OutputRecord>()
  for (const { path } of files) {
    yield
    const { digest, size } = yield* recording(resolve(root, path), path, remembered, now)
    records.set(path, { kind: "", digest, size })
  }
  remembered.keep()
  return records
}

interface Hashed {
  readonly digest: Digest
  readonly size: number
}

/** @param path for people */
function* recording(
  full: string,
  path: string,
  remembered: RememberedDigests,
  now: () => number,
): Steps<Hashed> {
  try {
    const found = yield* look(full)
    const stamp = stampOfAll(found)
    const known = remembered.find(full, stamp)
    if (known?.size !== undefined) return { digest: known.digest, size: known.size }
    const moment = now()
    const hashed = yield* hashing(found)
    if (hashed === undefined || stampOfAll(yield* look(full)) !== stamp)
      throw new FileChanged(
        `the file ${path} changed while it was read: run again once nobody writes to it any more`,
      )
    remembered.learn(full, willShowChanges(found, hashed, moment) ? { stamp, ...hashed } : undefined)
    return hashed
  } catch (failure) {
    if (failure instanceof FileChanged) throw failure
    throw new DeclarationError(`the file ${path} cannot be read: ${(failure as Error).message}`)
  }
}

/** What lies at a path: one file, or those of a folder by their names in it, in the order in which a folder holds them. */
interface Found {
  readonly isFolder: boolean
  readonly files: ReadonlyArray<{ readonly name: string; readonly full: string; readonly stats: BigIntStats }>
}

function* look(full: string): Steps<Found> {
  const stats = statSync(full, { bigint: true })
  if (!stats.isDirectory()) return { isFolder: false, files: [{ name: "", full, stats }] }
  const files: Array<Found["files"][number]> = []
  for (const name of namesIn(full)) {
    yield
    files.push({ name, full: join(full, name), stats: statSync(join(full, name), { bigint: true }) })
  }
  return { isFolder: true, files }
}

/**
 * The names of all that is no folder, at any depth, with slashes between, in code-unit order.
 *
 * @throws Error for a folder in it that is empty: nothing of the content would tell it from one that is not there, and git
 *   keeps none
 */
export function namesIn(folder: string): ReadonlyArray<string> {
  const names: Array<string> = []
  const prefixes = [""]
  for (let prefix = prefixes.pop(); prefix !== undefined; prefix = prefixes.pop()) {
    const entries = readdirSync(join(folder, prefix), { withFileTypes: true })
    if (entries.length === 0 && prefix !== "" && !/(^|\/)\./.test(prefix))
      throw new Error(
        `its folder ${prefix.slice(0, -1)} is empty, and a folder is an input by its files alone: put a file into it, or remove it`,
      )
    for (const entry of entries)
      if (entry.isDirectory()) prefixes.push(`${prefix}${entry.name}/`)
      else names.push(`${prefix}${entry.name}`)
  }
  return names.sort()
}

function stampOfAll({ isFolder, files }: Found): string {
  const [first] = files
  if (!isFolder) return stampOf(first!.stats)
  const hash = createHash("sha256")
  for (const { name, stats } of files) hash.update(`${name}\0${stampOf(stats)}\n`)
  return `folder ${hash.digest("hex")}`
}

/** Whether what becomes of it shows in its stamp: devices, and files that the system makes up as they are read, have none. */
function willShowChanges({ isFolder, files }: Found, { size }: Hashed, moment: number): boolean {
  const areSettled = files.every(({ stats }) => stats.isFile() && isSettled(stats, moment))
  return areSettled && (isFolder || files[0]!.stats.size === BigInt(size))
}

/** @returns nothing when a file is not as long as it was */
function* hashing({ isFolder, files }: Found): Steps<Hashed | undefined> {
  const hash = createHash("sha256")
  const head = isFolder
    ? folderHead(files.map(({ name, stats }) => ({ name, size: Number(stats.size) })))
    : new Uint8Array()
  hash.update(head)
  let size = head.length
  for (const { full, stats } of files) {
    if (stats.size > largest)
      throw new RangeError(`it has ${stats.size} bytes, and ${largest} are as many as a task takes`)
    const read = yield* feeding(hash, full)
    if (BigInt(read) !== stats.size && (isFolder || stats.size > 0n)) return undefined
    size += read
  }
  return { digest: hash.digest("hex") as Digest, size }
}

/** A task takes a file whole, and Node reads no more at once. */
const largest = 2n ** 31n - 1n
/** Bytes between two turns. */
const chunk = Buffer.allocUnsafeSlow(1024 * 1024)

/** @returns how many bytes there were */
function* feeding(hash: Hash, full: string): Steps<number> {
  const descriptor = openSync(full, "r")
  try {
    for (let size = 0; ; yield) {
      const read = readSync(descriptor, chunk, 0, chunk.length, null)
      if (read === 0) return size
      hash.update(chunk.subarray(0, read))
      size += read
    }
  } finally {
    closeSync(descriptor)
  }
}
