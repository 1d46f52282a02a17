// A thread of bench/cores.ts: it plans a training on real images, or joins one, and measures what it is asked to.
import { readFileSync } from "node:fs"
import { parentPort } from "node:worker_threads"
import { lenet } from "../../ml/network/lenet.ts"
import { wide } from "../../ml/network/wide.ts"
import { generator, permutation, seedOf } from "../../ml/statistics/random.ts"
import { optimizer } from "../../ml/training/optimizer.ts"
import { predict } from "../../ml/training/prediction.ts"
import { type Invitation, joinTraining } from "../../ml/wasm/member.ts"
import { createWasmTrainer, type WasmTrainer } from "../../ml/wasm/wasm-trainer.ts"
import { fashionMnistHere } from "../fashion-mnist.ts"

/** Examples that are trained on and predicted; the sample of this repository comes round again. */
const EXAMPLES = 10_000

export type Order =
  | { readonly order: "plan"; readonly network: "lenet" | "wide"; readonly batch: number }
  | { readonly order: "join"; readonly invitation: unknown }
  /** Images/s of `steps` steps with the help of `threads` other threads. */
  | { readonly order: "train"; readonly steps: number; readonly threads: number }
  /** Seconds for all examples. */
  | { readonly order: "predict"; readonly threads: number }

export type Answer = number | Invitation

const { train } = fashionMnistHere()
const networks = { lenet: lenet({ dropout: 0.25 }), wide: wide(10) }

let trainer: WasmTrainer
let data: ReturnType<WasmTrainer["attach"]>
const rows = Uint32Array.from({ length: EXAMPLES }, (_, i) => i % train.labels.length)
const order = permutation(EXAMPLES, generator(seedOf(2)))

const answer = (value: unknown): void => parentPort!.postMessage(value)

parentPort!.on("message", async (given: Order) => {
  switch (given.order) {
    case "plan": {
      trainer = await createWasmTrainer(
        readFileSync(new URL("../ml/kernels/kernels.wasm", import.meta.url)),
        {
          network: networks[given.network],
          inputShape: [28, 28, 1],
          outputs: 10,
          optimizer: optimizer({ type: "adam" }),
          batchSize: given.batch,
          seed: 1,
          stream: "bench",
        },
      )
      data = trainer.attach(train.images, train.labels, rows)
      return answer(trainer.invite())
    }
    case "join":
      return joinTraining(given.invitation as Invitation, { ready: () => answer(0) })
    case "train": {
      const { batchSize } = trainer.options
      const perEpoch = Math.floor(EXAMPLES / batchSize)
      trainer.employ(given.threads)
      const start = performance.now()
      for (let step = 0; step < given.steps; step++)
        trainer.step(data, order, (step % perEpoch) * batchSize, batchSize, 0, step)
      return answer((given.steps * batchSize * 1000) / (performance.now() - start))
    }
    case "predict": {
      trainer.employ(given.threads)
      const start = performance.now()
      predict(trainer, data)
      return answer((performance.now() - start) / 1000)
    }
  }
})
