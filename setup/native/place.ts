// Where native kernels are kept: all that a run asks where none were ever built. It looks into nothing.
import { isAbsolute, join } from "node:path"

/** Beside the project's packages and none of them, so that npm neither lists nor prunes it. */
const DEFAULT_DIR = "node_modules/.cache/refold-native"

/** Where setup:native puts things: $REFOLD_NATIVE_DIR, or its own choice in the project. */
export function nativeDir(root: string): string {
  const dir = process.env.REFOLD_NATIVE_DIR ?? DEFAULT_DIR
  return isAbsolute(dir) ? dir : join(root, dir)
}
