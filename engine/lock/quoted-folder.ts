// A folder's list as a lock quotes it, where a group is made over its files: the rest of a lock knows folders by their digest. Pure.
import type { Json } from "../content/canonical.ts"
import { type Digest, digestOf } from "../content/digest.ts"
import { type FolderFile, manifestOf } from "../content/manifest.ts"
import type { ItemNode } from "../declare/task.ts"
import type { LocalInput } from "../key/file-records.ts"
import { lockedName } from "../plan/locked-inputs.ts"
import type { Gave } from "./lines.ts"
import type { Lock } from "./lock-file.ts"

/** Name, digest and size of each file. */
export const quotedFolder = (files: ReadonlyArray<FolderFile>): Json =>
  files.map(({ name, digest, size }) => [name, digest, size])

/** Of inputs that lie on the disk the folders, by digest. */
export const foldersOf = (
  inputs: ReadonlyMap<string, LocalInput>,
): ReadonlyMap<Digest, LocalInput["files"]> =>
  new Map([...inputs.values()].flatMap((each) => (each.isFolder ? [[each.digest, each.files] as const] : [])))

/** What a lock knows of a list that comes from another experiment's. */
export const lockedList = ({ folders }: Pick<Lock, "folders">, { locked }: ItemNode): Json | undefined =>
  locked && (locked.content ?? folders?.[lockedName(locked)])

/** The files that are quoted; undefined for what is no list of files, or not of the folder of that digest. */
export function filesQuoted(
  content: Json | undefined,
  digest: Digest,
): ReadonlyArray<FolderFile> | undefined {
  if (!Array.isArray(content)) return undefined
  const files = (content as ReadonlyArray<Json>).map((entry): FolderFile => {
    const [name, digest, size] = Array.isArray(entry) ? (entry as ReadonlyArray<Json>) : []
    return { name: String(name), digest: String(digest) as Digest, size: Number(size) }
  })
  try {
    return digestOf(manifestOf(files)) === digest ? files : undefined
  } catch {
    return undefined // names that no folder has
  }
}

/** The files of the folders that a line quotes. */
export const filesOfLine = ({ outputs, contents }: Gave): ReadonlyArray<Digest> =>
  Object.entries(contents).flatMap(([name, content]) => {
    const folder = outputs[name]
    return ((folder && filesQuoted(content, folder)) ?? []).map(({ digest }) => digest)
  })
