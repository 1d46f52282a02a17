// The files of a folder or behind a web address, each by the SHA-256 and the size of what it holds decompressed.
import { createHash } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { basename, join } from "node:path"
import { gunzipSync } from "node:zlib"
import { namesIn } from "../../key/file-records.ts"
import { badUsage, Refusal } from "../failures.ts"
import { fetched } from "./fetched.ts"

export interface SurveyedFile {
  /** Slashes between, without `.gz`. */
  readonly name: string
  readonly sha256: string
  readonly bytes: number
}

export const isAddress = (source: string): boolean => /^https?:\/\//i.test(source)

/** What stands between the slashes of a web address, the last part empty behind a slash. */
export const addressParts = (address: string): ReadonlyArray<string> => new URL(address).pathname.split("/")

/** @throws Refusal for what cannot be read, is empty, or holds one name twice */
export async function survey(source: string): Promise<ReadonlyArray<SurveyedFile>> {
  const files = isAddress(source) ? [await behind(source)] : inFolder(source)
  const twice = files.find(({ name }, at) => at > 0 && files[at - 1]!.name === name)
  if (twice !== undefined) throw badUsage(`${twice.name} is there twice, gzip'd and not: remove one of them`)
  return files
}

function inFolder(path: string): ReadonlyArray<SurveyedFile> {
  try {
    const isFolder = statSync(path).isDirectory()
    const names = isFolder ? namesIn(path).filter((name) => !/(^|\/)\./.test(name)) : [basename(path)]
    if (names.length === 0) throw new Error("it holds no file")
    if (!isFolder) checkArchive(names[0]!)
    const files = names.map((name) => surveyed(name, readFileSync(isFolder ? join(path, name) : path)))
    return files.sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (failure) {
    if (failure instanceof Refusal) throw failure
    throw badUsage(`${path} cannot be taken as a dataset: ${(failure as Error).message}`)
  }
}

async function behind(address: string): Promise<SurveyedFile> {
  const name = addressParts(address).at(-1) ?? ""
  if (!/^[\w][\w.+-]*$/.test(name))
    throw badUsage(
      `${address} names no file at its end: give the address of one file, or a folder of this machine`,
    )
  checkArchive(name)
  const bytes = await fetched(address)
  if (bytes.length === 0) throw badUsage(`${address} gives an empty file: correct it`)
  return surveyed(name, bytes)
}

/** @throws Refusal for an archive: the files in it are what experiments take, and none of them would be written down */
function checkArchive(name: string): void {
  if (/\.(zip|tar|tgz|tar\.\w+|7z|rar)$/i.test(name))
    throw badUsage(
      `${name} is an archive, and datasets are files: unpack it into a folder of this machine and name that, dataset add DIR`,
    )
}

function surveyed(name: string, bytes: Uint8Array): SurveyedFile {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b
  const content = isPacked ? unpacked(name, bytes) : bytes
  return {
    name: isPacked ? name.replace(/\.gz$/i, "") : name,
    sha256: createHash("sha256").update(content).digest("hex"),
    bytes: content.length,
  }
}

function unpacked(name: string, bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes)
  } catch (failure) {
    throw badUsage(
      `${name} is gzip'd, and cut off or damaged (${(failure as Error).message}): fetch it again`,
    )
  }
}
