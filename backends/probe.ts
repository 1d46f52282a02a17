// A program that tries one backend in a process of its own, where a library that crashes takes nothing with it: what was
// opened, and when asked how many images a second a network trains on. In: a JSON object as argument; out: one as its last line.
import { readFile } from "node:fs/promises"
import { openLanes } from "../ml/native/open.ts"
import { createTensorflowTrainer } from "../ml/tensorflow/tensorflow-trainer.ts"
import type { MakeTrainer } from "../ml/training/trainer.ts"
import { wasmMaker } from "../ml/wasm/wasm-trainer.ts"
import { open, type Wanted } from "./open.ts"
import { type Measured, speed } from "./speed.ts"
import { Unavailable } from "./unavailable.ts"

/** The compiled kernels, and a library of native ones in their place. */
interface OwnKernels {
  readonly backend: "wasm"
  readonly kernels: string
  readonly library?: string
}

export type Question = (Wanted | OwnKernels) & {
  /** How long a network is trained; 0 only opens the backend. */
  readonly seconds: number
  /** Default: LeNet. */
  readonly network?: Measured
}

export type Answer =
  | {
      readonly loads: true
      readonly about: Readonly<Record<string, string>>
      readonly imagesPerSecond: number | null
    }
  | { readonly loads: false; readonly reason: string; readonly remedy: string }

async function opened(question: Question): Promise<{ make: MakeTrainer; about: Record<string, string> }> {
  if (question.backend === "wasm") {
    try {
      const { kernels, library } = question
      const make = wasmMaker(await readFile(kernels), library === undefined ? undefined : openLanes(library))
      return { make, about: {} }
    } catch (failure) {
      throw new Unavailable("wasm", (failure as Error).message, "install the packages again: npm ci")
    }
  }
  const { tf, about } = await open(question)
  return { make: (options) => createTensorflowTrainer(tf, options), about }
}

async function answer(question: Question): Promise<Answer> {
  try {
    const { make, about } = await opened(question)
    return { loads: true, about, imagesPerSecond: await speed(make, question.seconds, question.network) }
  } catch (failure) {
    const { message } = failure as Error
    return failure instanceof Unavailable
      ? { loads: false, reason: failure.reason, remedy: failure.remedy }
      : { loads: false, reason: message, remedy: "install the packages again: npm ci" }
  }
}

const found = await answer(JSON.parse(process.argv[2]!) as Question)
process.stdout.write(`\n${JSON.stringify(found)}\n`)
