// A residual network of five 3 × 3 convolutions, trained on images in colour with everything that a training can have: a case for
// comparing machines. It needs no Node.
import { fitNormalization } from "../../../ml/data/normalization.ts"
import { encodeSafetensors } from "../../../ml/data/safetensors.ts"
import { sha256 } from "../../../ml/data/sha256.ts"
import { network } from "../../../ml/network/network.ts"
import { generator, permutation, seedOf } from "../../../ml/statistics/random.ts"
import { optimizer } from "../../../ml/training/optimizer.ts"
import { predict } from "../../../ml/training/prediction.ts"
import type { Trainer, TrainerOptions, TrainingState } from "../../../ml/training/trainer.ts"
import { residual as layers } from "../../fixtures/residual/parts/settings.ts"

const residual = network({ layers })

const COUNT = 48
const SHAPE = [32, 32, 3] as const
const draws = generator(seedOf(1, "images in colour"))
const labels = Uint8Array.from({ length: COUNT }, () => draws.below(4))
/** Noise, brighter in a corner that is the class. */
const images = Uint8Array.from({ length: COUNT * 3072 }, (_, i) => {
  const [row, column] = [Math.floor((i % 3072) / 96), Math.floor((i % 96) / 3)]
  const corner = 2 * Number(row > 15) + Number(column > 15)
  return draws.below(160) + (corner === labels[Math.floor(i / 3072)] ? 90 : 0)
})

export const options: TrainerOptions = {
  ...{ network: residual, inputShape: SHAPE, outputs: 4, batchSize: 16, seed: 1, stream: "residual" },
  normalization: fitNormalization(
    { shape: SHAPE, inputs: images },
    Uint32Array.from({ length: COUNT }, (_, row) => row),
  ),
  augmentation: [{ type: "flip" }, { type: "crop", padding: 4 }, { type: "rotate", degrees: 10 }],
  optimizer: optimizer({ type: "adam", learningRate: 0.01, weightDecay: 0.001 }),
}

/** Trains these epochs; gives the state after them, and SHA-256 of it with what is predicted then. */
export function trained(
  trainer: Trainer,
  epochs: ReadonlyArray<number>,
): { readonly state: TrainingState; readonly digest: string } {
  const data = trainer.attach(images, labels)
  for (const epoch of epochs) {
    const order = permutation(COUNT, generator(seedOf(1, "order", epoch)))
    for (let step = 0; step < 3; step++) trainer.step(data, order, 16 * step, 16, epoch, step)
  }
  const state = trainer.state()
  const { outputs } = predict(trainer, data)
  const file = encodeSafetensors({ ...state, outputs: { shape: [outputs.length], data: outputs } })
  return { state, digest: sha256(file) }
}
