// Reads artifacts that the coordinator itself looks into: canonical JSON of kinds `value` and `metrics`, each once, and lists of files.
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import type { FolderFile } from "../content/manifest.ts"
import { folderFiles } from "../store/folders.ts"
import type { Store } from "../store/store.ts"
import type { FileInputs } from "./file-inputs.ts"

/**
 * @param files local files: a param may be bound to one that no task has read yet, and that is in no store
 * @returns a function from digest to decoded value; it throws CorruptArtifact, FileChanged, and SyntaxError for what is no JSON
 */
export function smallContents(store: Store["Type"], files?: FileInputs): (digest: Digest) => Json {
  const values = new Map<Digest, Json>()
  return (digest) => {
    let value = values.get(digest)
    if (value === undefined) {
      const bytes = files?.content(digest) ?? store.read(digest)
      value = JSON.parse(new TextDecoder().decode(bytes)) as Json
      values.set(digest, value)
    }
    return value
  }
}

/** The files of folders, of local ones too. @returns a function that throws CorruptArtifact */
export const foldersIn =
  (store: Store["Type"], files?: FileInputs) =>
  (digest: Digest): ReadonlyArray<FolderFile> =>
    files?.folder(digest)?.files ?? folderFiles(store, digest)
