/** The one module that loads TensorFlow's native package, from the folder that setup:tensorflow makes. */
import { existsSync } from "node:fs"
import { createRequire } from "node:module"
import { join, resolve } from "node:path"
import util from "node:util"
import { DEFAULT_DIR, MARKER } from "./package.ts"

type Tensorflow = Omit<typeof import("@tensorflow/tfjs-core"), "default">

const NAMES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"]

/** The package under `dir`, GPU's first; undefined where none was set up. Throws what the package throws as it loads. */
export function loadTensorflow(dir: string = DEFAULT_DIR): Tensorflow | undefined {
  const root = resolve(dir)
  const name = NAMES.find((name) => existsSync(join(root, "node_modules", name, "lib")))
  if (name === undefined || !existsSync(join(root, MARKER))) return undefined
  restore()
  return createRequire(join(root, MARKER))(name)
}

/** Two functions that the package calls, and that Node 23 took away. */
function restore(): void {
  const known = util as unknown as Record<string, (value: unknown) => boolean>
  known.isNullOrUndefined ??= (value) => value === null || value === undefined
  known.isArray ??= Array.isArray
}
