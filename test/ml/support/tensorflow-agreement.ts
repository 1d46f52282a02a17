/** The law that a TensorFlow.js trains as the bit-exact maker does, within rounding, whatever its backend. */
import fc from "fast-check"
import { optimizer } from "../../../ml/optimizer.ts"
import { generator, seedOf } from "../../../ml/random.ts"
import { sizeOf } from "../../../ml/shapes.ts"
import type { Tensors } from "../../../ml/tensor.ts"
import type { Tensorflow } from "../../../ml/tensorflow/tensorflow.ts"
import { createTensorflowTrainer } from "../../../ml/tensorflow-trainer.ts"
import type { TrainerOptions } from "../../../ml/trainer.ts"
import { createWasmTrainer } from "../../../ml/wasm-trainer.ts"
import { wasm } from "./harness.ts"
import { cases } from "./random-networks.ts"
import { bitsOf } from "./small-training.ts"

/**
 * The largest norm of a tensor's difference, against the tensor's norm or, where that is more, a hundredth of the norm of all:
 * the gradient of a bias before a batch normalization is rounding and nothing else.
 */
export function apart(found: Tensors, expected: Tensors): readonly [number, string] {
  const norm = (values: Iterable<number>): number => Math.hypot(...values)
  const whole = norm(Object.values(expected).map(({ data }) => norm(data)))
  return Object.entries(expected)
    .map(([name, { data }]) => {
      const difference = norm(Array.from(data, (value, i) => value - found[name]!.data[i]!))
      return [difference === 0 ? 0 : difference / Math.max(norm(data), whole / 100), name] as const
    })
    .reduce((worst, each) => (each[0] > worst[0] ? each : worst), [0, "none"] as const)
}

/** The law, of a TensorFlow.js. */
export async function agree(from: Tensorflow): Promise<void> {
  // A fixed seed: a maximum that is nearly a tie may fall differently where sums are rounded differently.
  await fc.assert(
    fc.asyncProperty(cases(), async ({ network, inputShape, rows, seed }) => {
      const options: TrainerOptions = {
        network: { layers: [...network.layers, { type: "dense", units: 3, initializer: "he" }] },
        inputShape,
        classes: 3,
        optimizer: optimizer({ type: "sgd", learningRate: 1, momentum: 0 }),
        batchSize: rows + 1,
        shards: 2,
        seed,
        stream: "agreement",
      }
      const draws = generator(seedOf(seed, "pixels"))
      const images = Uint8Array.from({ length: rows * sizeOf(inputShape) }, () => 1 + draws.below(255))
      const labels = Uint8Array.from({ length: rows }, () => draws.below(3))
      const order = Uint32Array.from(labels, (_, i) => i)
      const makers = [await createWasmTrainer(wasm, options), createTensorflowTrainer(from, options)]
      const [ours, theirs] = makers.map((trainer) => {
        const start = trainer.state()
        const tally = { ...trainer.step(trainer.attach(images, labels), order, 0, rows, 0, 0) }
        return { start, tally, gradients: trainer.state() }
      })
      ;(makers[1] as ReturnType<typeof createTensorflowTrainer>).dispose()
      const isStart = JSON.stringify(bitsOf(ours!.start)) === JSON.stringify(bitsOf(theirs!.start))
      const velocity = (tensors: Tensors): Tensors =>
        Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith("sgd/velocity/")))
      const [distance, name] = apart(velocity(theirs!.gradients), velocity(ours!.gradients))
      const loss = Math.abs(ours!.tally.loss - theirs!.tally.loss) / Math.max(1, ours!.tally.loss)
      if (!isStart || distance > 1e-4 || loss > 1e-4)
        throw new Error(`${isStart ? "" : "other initial weights; "}${name} by ${distance}, loss by ${loss}`)
      return true
    }),
    { numRuns: 100, seed: 1 },
  )
}
