/** A program that loads what setup:tensorflow made, in a process of its own, and has it compute something. */
import { join } from "node:path"
import { installs, loadNative } from "./load.ts"
import { MARKER } from "./package.ts"

const [dir] = process.argv.slice(2) as [string]
const own = installs(dir, dir).find(({ beside }) => beside === join(dir, MARKER))
if (own === undefined) throw new Error(`nothing was installed in ${dir}`)
const { tf, version, isOnGpu } = loadNative(own)
const [three] = tf.add(tf.scalar(1), 2).dataSync()
if (three !== 3) throw new Error(`1 + 2 came out as ${three}`)
console.log(`TensorFlow ${version} loads and computes on the ${isOnGpu ? "GPU" : "CPU"}`)
if (own.name.endsWith("-gpu") && !isOnGpu)
  console.log("it found no NVIDIA card with a driver: nvidia-smi should list one")
