// The residual network, trained on images that are flipped and moved.
import { optimizer } from "refold/ml"
import { train } from "refold/stages"
import { residual } from "./network.ts"

interface Settings {
  readonly filters: number
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly seed: number
}

export function trained(given: Parameters<typeof train>[1], classes: number, p: Settings) {
  return train(
    {
      network: residual(p.filters, classes),
      optimizer: optimizer({ type: "adam", learningRate: p.learningRate }),
      augmentation: [{ type: "flip" }, { type: "crop", padding: 4 }],
      batchSize: p.batchSize,
      classes,
      seed: p.seed,
      stream: "residual",
      curveExamples: "validation",
      epochs: p.epochs,
      patience: null,
      minimumDelta: 0,
      monitor: "loss",
      restoreBest: true,
      dropout: 0,
    },
    given,
  )
}
