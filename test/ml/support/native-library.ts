// The library of native kernels for tests: built once for all of them, beside the project's packages.
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Lanes } from "../../../ml/kernels/bind.ts"
import { openLanes } from "../../../ml/native/open.ts"
import { compiler } from "../../../setup/native/compile.ts"
import { build } from "../../../setup/native/library.ts"

export const nativeFolder: string = fileURLToPath(
  new URL("../../../node_modules/.cache/refold-native-tests", import.meta.url),
)

/** Where the library for another processor is kept, by that one's name for `-march`. */
export const nativeFolderOf = (march: string | undefined): string =>
  march === undefined ? nativeFolder : join(nativeFolder, march)

/** Why a test of native kernels is skipped here, or false. */
export const withoutCompiler: string | false =
  process.platform !== "win32" && spawnSync(process.env.CC ?? "cc", ["--version"]).status === 0
    ? false
    : "there is no C compiler here"

const built = new Map<string | undefined, Promise<string>>()

/** The library's file, built for this processor, or for one that is named, unless it is there. */
export function nativeLibrary(march?: string): Promise<string> {
  const flags = march === undefined ? [] : [`-march=${march}`]
  const known =
    built.get(march) ?? build(nativeFolderOf(march), compiler(flags)).then(({ built: { file } }) => file)
  built.set(march, known)
  return known
}

export const nativeLanes = async (): Promise<Lanes> => openLanes(await nativeLibrary())
