// Training on the page: the course of a training that was done elsewhere, and whether its weights are the same file. Knows no page.
import { sha256 } from "../data/sha256.ts"
import type { Tensors } from "../data/tensor.ts"
import {
  endsEarly,
  epochTaken,
  type FitPoint,
  fitEpoch,
  fittedWeights,
  fitting,
  trainerOptions,
} from "../training/fitting.ts"
import type { MakeTrainer } from "../training/trainer.ts"
import type { TrainingData } from "./page-data.ts"

/** Who watches a training. */
export interface Watcher {
  /** Awaited after each step; what it rejects with ends the training. `step` counts from 1 to `steps`, over all epochs. */
  step(step: number, steps: number): Promise<void>
  /** After each epoch, with a point for each so far. */
  epoch(points: ReadonlyArray<FitPoint>): void
}

export interface Trained {
  /** SHA-256 of the file of weights, in hexadecimal. */
  readonly digest: string
  /** Whether it is the one that the page was given: then every bit of the weights is the same. */
  readonly isSame: boolean
}

/** Rejects with NonFiniteError, and with what the watcher rejects with. */
export async function trainHere(make: MakeTrainer, data: TrainingData, watcher: Watcher): Promise<Trained> {
  const { settings } = data
  const trainer = await make(trainerOptions(settings, data))
  const under = fitting(trainer, settings, data)
  const steps = settings.epochs * Math.ceil(data.train.length / settings.batchSize)
  const points: Array<FitPoint> = []
  const states: Array<Tensors> = []
  let step = 0
  for (let epoch = 1; epoch <= settings.epochs && !(epoch > 1 && endsEarly(settings, points)); epoch++) {
    points.push(await fitEpoch(under, epoch, () => watcher.step(++step, steps)))
    states.push(trainer.state())
    watcher.epoch(points)
  }
  trainer.dispose?.()
  const state = states[epochTaken(settings, points) - 1]!
  const digest = sha256(fittedWeights(settings, data, state))
  return { digest, isSame: digest === data.weights }
}
