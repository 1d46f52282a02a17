// A tiny training set and trainers over it, for tests of training as a whole.
import type { Tensors } from "../../../ml/data/tensor.ts"
import type { Network } from "../../../ml/network/network.ts"
import { network } from "../../../ml/network/network.ts"
import { generator, seedOf } from "../../../ml/statistics/random.ts"
import { type Optimizer, optimizer } from "../../../ml/training/optimizer.ts"
import type { TrainerOptions } from "../../../ml/training/trainer.ts"
import { createWasmTrainer } from "../../../ml/wasm/wasm-trainer.ts"
import { wasm } from "./harness.ts"

export const inputShape = [8, 8, 1] as const
export const classes = 3

/** Examples whose label can be seen: a bright band whose place is the class. */
export function examples(count: number, seed = 1): { images: Uint8Array; labels: Uint8Array } {
  const draws = generator(seedOf(seed, "examples"))
  const labels = Uint8Array.from({ length: count }, () => draws.below(classes))
  const images = Uint8Array.from({ length: count * 64 }, (_, i) => {
    const row = Math.floor((i % 64) / 8)
    const bright = Math.floor(row / 3) === labels[Math.floor(i / 64)]
    return draws.below(100) + (bright ? 90 : 0)
  })
  return { images, labels }
}

export const smallNetwork = (rate: number): Network =>
  network({
    layers: [
      { type: "conv", filters: 5, kernel: 3, padding: "same" },
      { type: "activation", kind: "relu" },
      { type: "pool", kind: "max", size: 2 },
      { type: "flatten" },
      { type: "dense", units: 9 },
      { type: "activation", kind: "relu" },
      { type: "dropout", rate },
      { type: "dense", units: classes },
    ],
  })

export const adam: Optimizer = optimizer({ type: "adam", learningRate: 0.01 })

export const makeTrainer = (options: Partial<TrainerOptions> = {}) =>
  createWasmTrainer(wasm, {
    network: smallNetwork(0.25),
    inputShape,
    outputs: classes,
    optimizer: adam,
    batchSize: 16,
    seed: 1,
    stream: "final",
    ...options,
  })

/** Bits of named tensors, to be compared. */
export const bitsOf = (tensors: Tensors): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { data }]) => [
      name,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex"),
    ]),
  )

/** Pixels are normalized before anything else: each row gives 64 values of the one channel. */
export const normalizedPixels = network({
  layers: [
    { type: "batch-normalization", name: "norm", momentum: 0.75 },
    { type: "flatten" },
    { type: "dense", units: classes },
  ],
})
