// The one module that finds and loads TensorFlow's native package: where setup:tensorflow put it, or among a project's packages.
import { existsSync, readdirSync } from "node:fs"
import { createRequire } from "node:module"
import { delimiter, join } from "node:path"
import util from "node:util"
import { MARKER } from "./package.ts"

type Tensorflow = Omit<typeof import("@tensorflow/tfjs-core"), "default">

/** The one with NVIDIA's cards first. */
const NAMES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"]

/** An install that may load or not. */
export interface Install {
  readonly name: string
  /** The file whose neighbours its packages are. */
  readonly beside: string
}

interface Native {
  readonly tf: Tensorflow
  /** As the library itself says: "2.12.1". */
  readonly version: string
  readonly isOnGpu: boolean
}

/** The packages under `dir`, as setup:tensorflow leaves them, then those of the project at `root`. */
export function installs(dir: string, root: string): ReadonlyArray<Install> {
  const places = [
    ...(existsSync(join(dir, MARKER)) ? [join(dir, MARKER)] : []),
    // Never read: only its folder counts.
    join(root, "package.json"),
  ]
  return places.flatMap((beside) =>
    NAMES.filter((name) => has(name, beside)).map((name) => ({ name, beside })),
  )
}

function has(name: string, beside: string): boolean {
  try {
    createRequire(beside).resolve(`${name}/package.json`)
    return true
  } catch {
    return false
  }
}

/** Throws what the package throws as it loads. */
export function loadNative({ name, beside }: Install): Native {
  restore()
  const tf = createRequire(beside)(name) as Tensorflow
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as {
    readonly binding: { readonly TF_Version: string }
    readonly isUsingGpuDevice: boolean
  }
  return { tf, version: binding.TF_Version, isOnGpu: isUsingGpuDevice }
}

/**
 * The variables that a process which loads it is started with: a fixed number of threads and the deterministic kinds of
 * operations, so that it gives the same bits again on the same machine; float32 on a card, not a shorter format; memory of a card
 * as it is needed, since several processes share one; and where CUDA's libraries lie, so that nobody sets a path.
 */
export function environmentFor(dir: string, threads: number): Readonly<Record<string, string>> {
  const cuda = join(dir, "unpacked", "nvidia")
  const folders = existsSync(cuda) ? readdirSync(cuda).map((part) => join(cuda, part, "lib")) : []
  const known = process.env.LD_LIBRARY_PATH
  return {
    TF_NUM_INTRAOP_THREADS: `${threads}`,
    TF_NUM_INTEROP_THREADS: `${threads}`,
    OMP_NUM_THREADS: `${threads}`,
    TF_DETERMINISTIC_OPS: "1",
    NVIDIA_TF32_OVERRIDE: "0",
    TF_FORCE_GPU_ALLOW_GROWTH: "true",
    TF_CPP_MIN_LOG_LEVEL: "2",
    ...(folders.length === 0
      ? {}
      : { LD_LIBRARY_PATH: [...folders, ...(known ? [known] : [])].join(delimiter) }),
  }
}

/** Two functions that the package calls, and that Node 23 took away. */
function restore(): void {
  const known = util as unknown as Record<string, (value: unknown) => boolean>
  known.isNullOrUndefined ??= (value) => value === null || value === undefined
  known.isArray ??= Array.isArray
}
