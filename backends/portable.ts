// The numerics of every run that asks for no other: our own kernels, whose digest is all that results depend on, whatever the machine.
import { fileURLToPath } from "node:url"
import { hashedFile } from "../engine/key/hashed-file.ts"
import type { NumericsRegistry } from "../engine/key/numerics.ts"

/** `kernels` is for stages that run them whichever backend trains. */
export function portableNumerics(): NumericsRegistry {
  const kernels = hashedFile(fileURLToPath(new URL("../ml/kernels/kernels.wasm", import.meta.url)))
  const wasm = { identity: { backend: "wasm", kernels: kernels.digest }, files: { kernels }, exact: true }
  return { tensor: wasm, kernels: wasm }
}
