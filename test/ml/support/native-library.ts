// The library of native kernels for tests: built once for all of them, beside the project's packages.
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Lanes } from "../../../ml/kernels/bind.ts"
import { openLanes } from "../../../ml/native/open.ts"
import { compiler } from "../../../setup/native/compile.ts"
import { build } from "../../../setup/native/library.ts"

export const nativeFolder: string = fileURLToPath(
  new URL("../../../node_modules/.cache/refold-native-tests", import.meta.url),
)

/** Why a test of native kernels is skipped here, or false. */
export const withoutCompiler: string | false =
  process.platform !== "win32" && spawnSync(process.env.CC ?? "cc", ["--version"]).status === 0
    ? false
    : "there is no C compiler here"

let built: Promise<string> | undefined

/** The library's file, built for this processor unless it is there. */
export function nativeLibrary(): Promise<string> {
  built ??= build(nativeFolder, compiler()).then(({ built: { file } }) => file)
  return built
}

export const nativeLanes = async (): Promise<Lanes> => openLanes(await nativeLibrary())
