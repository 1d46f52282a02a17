// The law that a TensorFlow.js trains as the bit-exact maker does, within rounding, whatever its backend.
import fc from "fast-check"
import type { Tensors } from "../../../ml/data/tensor.ts"
import { sizeOf } from "../../../ml/layers/parts/shape.ts"
import type { Tensorflow } from "../../../ml/layers/parts/tensorflow.ts"
import type { Network } from "../../../ml/network/network.ts"
import { layerNames } from "../../../ml/network/shapes.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import { createTensorflowTrainer } from "../../../ml/tensorflow/tensorflow-trainer.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import type { TrainerOptions } from "../../../ml/training/trainer.ts"
import { createWasmTrainer } from "../../../ml/wasm/wasm-trainer.ts"
import { count } from "../../counts.ts"
import { wasm } from "./harness.ts"
import { cases, leastStep } from "./random-networks.ts"
import { bitsOf } from "./small-training.ts"

const norm = (values: Iterable<number>): number => Math.hypot(...values)

const gapOf = (a: Tensors[string], b: Tensors[string]): number =>
  norm(Array.from(a.data, (value, i) => value - b.data[i]!))

/** Of two sets of the same tensors: the largest norm of a tensor's difference, against the norm of the tensor. */
export const apart = (found: Tensors, expected: Tensors): number =>
  Math.max(
    ...Object.entries(expected).map(([name, tensor]) => {
      const gap = gapOf(found[name]!, tensor)
      return gap === 0 ? 0 : gap / norm(tensor.data)
    }),
  )

/**
 * What rounding may make of parts that cancel out, against the norm of the whole gradient, or against 1 where that is smaller:
 * some units of float32. What is added up are probabilities less 1 or 0, and all of it may cancel out.
 */
const ROUNDING = 1e-6

/**
 * Gradients are within 1e-4 of the norm of their own tensor. Two kinds of tensors are rounding and little else, and are
 * within a millionth of the whole gradient instead. "zero": a constant that is added to every example ahead of a batch
 * normalization, which takes it away again, so that its true gradient is zero. "cancelled": what is left, less than a
 * thousandth of the whole, of parts that nearly cancel out.
 */
function compare(network: Network, name: string, [ours, theirs]: readonly [Tensors, Tensors]) {
  const [own, other] = [norm(ours[name]!.data), norm(theirs[name]!.data)]
  const gap = gapOf(ours[name]!, theirs[name]!)
  if (gap <= 1e-4 * own) return "agrees"
  const whole = norm(Object.values(ours).map(({ data }) => norm(data)))
  const rounding = ROUNDING * Math.max(1, whole)
  if (gap > rounding) return `differs by ${gap / own} of its norm`
  const [layer, role] = name.split("/").slice(-2) as [string, string]
  const after = network.layers.slice(layerNames(network).indexOf(layer) + 1)
  const isTakenAway = /bias|shift/.test(role) && after.some(({ type }) => type === "batch-normalization")
  if (isTakenAway && Math.max(own, other) <= rounding) return "zero"
  return own <= 1e-3 * whole ? "cancelled" : `differs by ${gap / own} of its norm`
}

/** Running statistics, as they are after a step. */
const statisticsIn = (weights: Tensors): Tensors =>
  Object.fromEntries(Object.entries(weights).filter(([name]) => /\/(mean|variance)$/.test(name)))

const gradientsIn = (state: Tensors): Tensors =>
  Object.fromEntries(Object.entries(state).filter(([name]) => name.startsWith("sgd/velocity/")))

/**
 * The law, of a TensorFlow.js, over random networks. A maximum that is nearly a tie may fall differently where sums are
 * rounded differently: a seed that meets one is no counterexample.
 */
export async function agree(from: Tensorflow): Promise<void> {
  const networks = count(25, 400)
  const counts = { agrees: 0, zero: 0, cancelled: 0 }
  await fc.assert(
    fc.asyncProperty(cases(), async ({ network, inputShape, rows: drawn, seed }) => {
      const rows = Math.max(drawn, leastStep(network))
      const options: TrainerOptions = {
        network: { layers: [...network.layers, { type: "dense", units: 3, initializer: "he" }] },
        inputShape,
        outputs: 3,
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
        const start = JSON.stringify(bitsOf(trainer.state()))
        const { loss } = trainer.step(trainer.attach(images, labels), order, 0, rows, 0, 0)
        const [gradients, statistics] = [gradientsIn(trainer.state()), statisticsIn(trainer.weights())]
        trainer.dispose?.()
        return { start, loss, gradients, statistics }
      })
      if (ours!.start !== theirs!.start) throw new Error("other initial weights")
      if (Math.abs(ours!.loss - theirs!.loss) > 1e-4 * Math.max(1, ours!.loss))
        throw new Error(`the loss is ${theirs!.loss}, not ${ours!.loss}`)
      for (const [name, own] of Object.entries(ours!.statistics)) {
        const gap = gapOf(own, theirs!.statistics[name]!)
        if (gap > 1e-4 * Math.max(1, norm(own.data))) throw new Error(`${name} differs by ${gap}`)
      }
      for (const name of Object.keys(ours!.gradients)) {
        const found = compare(options.network, name, [ours!.gradients, theirs!.gradients])
        if (!Object.hasOwn(counts, found)) throw new Error(`${name} ${found}`)
        counts[found as keyof typeof counts]++
      }
    }),
    { numRuns: networks },
  )
  const { agrees, cancelled } = counts
  if (agrees < 5 * networks || cancelled > Math.max(2, agrees / 200))
    throw new Error(`too few agree for a law: ${JSON.stringify(counts)}`)
}
