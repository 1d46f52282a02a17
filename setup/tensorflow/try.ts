// Loads what setup:tensorflow made and has it compute something.
import { join } from "node:path"
import { installs, loadNative } from "./load.ts"
import { MARKER } from "./package.ts"

/** What computes there, in a sentence; throws what the package throws as it loads, and Error where it cannot add. */
export function computesIn(dir: string): string {
  const own = installs(dir, dir).find(({ beside }) => beside === join(dir, MARKER))
  if (own === undefined) throw new Error(`nothing was installed in ${dir}`)
  const { tf, version, isOnGpu } = loadNative(own)
  const [three] = tf.add(tf.scalar(1), 2).dataSync()
  if (three !== 3) throw new Error(`1 + 2 came out as ${three}`)
  const found = `TensorFlow ${version} loads and computes on the ${isOnGpu ? "GPU" : "CPU"}`
  const hasNoCard = own.name.endsWith("-gpu") && !isOnGpu
  return hasNoCard ? `${found}\nit found no NVIDIA card with a driver: nvidia-smi should list one` : found
}
