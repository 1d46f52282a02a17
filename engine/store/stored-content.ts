// What an artifact in a store holds, decoded by its kind: of a file where it lies, of a folder its files as they are asked for.
import { LazyFolder } from "../content/folder.ts"
import { baseOf, decodeContent, isFolder } from "../content/kind.ts"
import { atOnce } from "../content/steps.ts"
import { folderFiles, type Stored } from "./folders.ts"
import type { Store } from "./store.ts"

/** @throws CorruptArtifact, for a file of a folder once it is asked for */
export function storedContent(store: Store["Type"], { kind, digest, size }: Stored): unknown {
  if (baseOf(kind) === "file") return checkedPath(store, { digest, size })
  if (!isFolder(kind)) return decodeContent(kind, store.read(digest))
  const files = new Map(folderFiles(store, digest).map((file) => [file.name, file]))
  return new LazyFolder(files.keys(), {
    bytes: (name) => store.read(files.get(name)!.digest),
    path: (name) => checkedPath(store, files.get(name)!),
  })
}

function checkedPath(store: Store["Type"], { digest, size }: Pick<Stored, "digest" | "size">): string {
  if (!store.isAsStored(digest, size)) atOnce(store.checking(digest))
  return store.onDisk(digest)
}
