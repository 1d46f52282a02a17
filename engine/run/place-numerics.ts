// What a worker finds of a task's numerics: copies of what was hashed when the run began, so that no swap of a file in the middle of
// a run reaches it. They lie in the attempt's folder, and go with it; a module's copy lies where its packages resolve.
import { existsSync, writeFileSync } from "node:fs"
import { basename, dirname, extname, join, resolve } from "node:path"
import { keepModule } from "../code/kept-text.ts"
import { diskMessageOf } from "../content/disk-failure.ts"
import type { HashedFile } from "../key/hashed-file.ts"
import type { Numerics, Provider } from "../key/numerics.ts"
import { StoreError } from "../store/store.ts"
import type { PlacedModule, TaskFile } from "../worker/protocol.ts"

export type PlacedNumerics = Pick<TaskFile, "files" | "fileDigests" | "provider" | "accelerator">

/**
 * @param folder of the attempt. @param isPortable whether to leave out what computes the same faster
 * @throws StoreError where a copy cannot be written
 */
export function placeNumerics(
  numerics: Numerics | undefined,
  folder: string,
  isPortable: boolean,
): PlacedNumerics {
  const files = Object.entries(numerics?.files ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const { provider, accelerator } = numerics ?? {}
  try {
    return {
      files: Object.fromEntries(files.map(([name, file]) => [name, copyIn(folder, file)])),
      fileDigests: Object.fromEntries(files.map(([name, { digest }]) => [name, digest])),
      ...(provider === undefined ? {} : { provider: placed(provider) }),
      ...(accelerator === undefined || isPortable
        ? {}
        : { accelerator: { name: accelerator.name, ...placed(accelerator.provider) } }),
    }
  } catch (failure) {
    const disk = diskMessageOf(failure, resolve(folder, "..", ".."))
    const message =
      disk ?? `what the task computes with cannot be copied for it: ${(failure as Error).message}`
    throw new StoreError(message, { cause: failure })
  }
}

const placed = ({ module, options }: Provider): PlacedModule => ({
  module: moduleOf(module),
  digest: module.digest,
  options,
})

/** Named by its digest, so that two names for one file share a copy. */
function copyIn(folder: string, { bytes, digest }: HashedFile): string {
  const path = join(folder, digest)
  if (!existsSync(path)) writeFileSync(path, bytes)
  return path
}

/** In the cache of the packages that the module sees where it lies. */
function moduleOf({ path, bytes, digest }: HashedFile): string {
  const extension = extname(path) === ".cjs" ? ".cjs" : ".mjs"
  return keepModule(ownerOf(path), join("provided", `${digest}${extension}`), Buffer.from(bytes).toString())
}

/** The nearest folder above a file that packages are installed in. */
function ownerOf(path: string): string {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const isRoot = dirname(folder) === folder
    if (isRoot || (basename(folder) !== "node_modules" && existsSync(join(folder, "node_modules"))))
      return isRoot ? dirname(path) : folder
  }
}
