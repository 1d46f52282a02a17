// Opens TensorFlow.js on one of its backends, in a process that has none open yet; it knows no networks.
import { createRequire } from "node:module"
import { cpus } from "node:os"
import { join } from "node:path"
import type { Tensorflow } from "../ml/layers/parts/tensorflow.ts"
import { type Install, installs, loadNative } from "../setup/tensorflow/load.ts"
import { card } from "./card.ts"
import { cpuRemedy, tensorflowRemedy } from "./remedies.ts"
import { Unavailable } from "./unavailable.ts"

export interface Wanted {
  readonly backend: "tensorflow" | "cpu"
  /** The project, whose packages count. */
  readonly root: string
  /** Where setup:tensorflow puts the native package. */
  readonly dir: string
}

interface Opened {
  readonly tf: Tensorflow
  /** What its bits depend on besides what it is asked to compute. */
  readonly about: Readonly<Record<string, string>>
}

/** Throws Unavailable where it is not installed or does not load. */
export async function open(wanted: Wanted): Promise<Opened> {
  return wanted.backend === "cpu" ? await openCpu(wanted) : openNative(wanted)
}

function openNative({ root, dir }: Wanted): Opened {
  const failures: Array<string> = []
  for (const install of installs(dir, root)) {
    try {
      return native(install)
    } catch (failure) {
      failures.push(`${install.name} does not load (${firstLine(failure)})`)
    }
  }
  const reason = failures.length === 0 ? "TensorFlow is not installed" : failures.join("; ")
  throw new Unavailable("tensorflow", reason, tensorflowRemedy(root))
}

function native(install: Install): Opened {
  const { tf, version, isOnGpu } = loadNative(install)
  const about = {
    package: install.name,
    tensorflow: version,
    tfjs: tf.version_core,
    device: isOnGpu ? card() : processor(),
  }
  return { tf, about }
}

/** The plain JavaScript one, which comes in packages of its own. */
async function openCpu({ root }: Wanted): Promise<Opened> {
  for (const beside of [join(root, "package.json"), import.meta.url]) {
    try {
      const require = createRequire(beside)
      const tf = require("@tensorflow/tfjs-core") as Tensorflow
      require("@tensorflow/tfjs-layers") // registers the gradients
      require("@tensorflow/tfjs-backend-cpu")
      await tf.setBackend("cpu")
      return { tf, about: { tfjs: tf.version_core, device: `JavaScript, V8 ${process.versions.v8}` } }
    } catch (failure) {
      if ((failure as { code?: string }).code !== "MODULE_NOT_FOUND") throw failure
    }
  }
  throw new Unavailable("cpu", "TensorFlow.js is not installed", cpuRemedy)
}

/** Instruction sets differ from model to model, and bits with them. */
const processor = (): string => `CPU, ${cpus()[0]?.model.trim() ?? process.arch}`

const firstLine = (failure: unknown): string =>
  String((failure as Error).message ?? failure)
    .split("\n")[0]!
    .trim()
