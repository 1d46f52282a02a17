// A network fitted from its settings to its file of weights, epoch by epoch: what the stage that trains does, and a page that does
// it again. It knows neither, and keeps no state of a training.
import type { Values } from "../data/examples.ts"
import { stratifiedSubset } from "../data/stratified.ts"
import type { Tensors } from "../data/tensor.ts"
import { withDropout } from "../network/dropout-rates.ts"
import type { Network } from "../network/network.ts"
import { layerNames } from "../network/shapes.ts"
import { encodeWeights, type TrainedNetwork } from "../network/weights.ts"
import { generator, seedOf } from "../statistics/random.ts"
import { bestEpoch, type EarlyStopping, stopsEarly } from "./early-stopping.ts"
import { trainEpoch } from "./epoch.ts"
import type { FitSettings } from "./fit-settings.ts"
import { assess } from "./prediction.ts"
import type { Dataset, Trainer, TrainerOptions } from "./trainer.ts"

type InputShape = TrainedNetwork["inputShape"]

/** Examples, and which of them are fitted and which validate. */
export interface FitData {
  readonly inputs: Values
  readonly targets: Uint8Array
  readonly train: Uint32Array
  readonly validation: Uint32Array
}

/** A training under way. */
export interface Fitting {
  readonly trainer: Trainer
  readonly dataset: Dataset
  /** What the curve of the fitted part is measured on. */
  readonly onTrain: Dataset
  /** All that validates. */
  readonly onValidation: Dataset
}

/** A point of the curve: means over examples, losses in nats. */
export type FitPoint = {
  readonly trainLoss: number
  readonly trainAccuracy: number
  readonly validationLoss: number
  readonly validationAccuracy: number
  /** Taken while the weights move, dropout on. */
  readonly runningLoss: number
  readonly runningAccuracy: number
}

/** What a maker is asked for. */
export const trainerOptions = (settings: FitSettings, inputShape: InputShape): TrainerOptions => {
  const { classes, optimizer, batchSize, seed, stream } = settings
  return { network: dropping(settings), inputShape, classes, optimizer, batchSize, seed, stream }
}

/** Hands the data to a trainer of these settings. */
export function fitting(trainer: Trainer, settings: FitSettings, data: FitData): Fitting {
  const { seed, stream, curveExamples } = settings
  const { inputs, targets, train, validation } = data
  const wanted = curveExamples === "validation" ? validation.length : curveExamples
  const random = generator(seedOf(seed, stream, "curve"))
  const seen = stratifiedSubset(targets, Math.min(wanted, train.length), random, train)
  return {
    trainer,
    dataset: trainer.attach(inputs, targets, train),
    onTrain: trainer.attach(inputs, targets, seen),
    onValidation: trainer.attach(inputs, targets, validation),
  }
}

/** Trains an epoch (from 1) and measures it, dropout off. */
export async function fitEpoch(
  { trainer, dataset, onTrain, onValidation }: Fitting,
  epoch: number,
  pause: () => Promise<void>,
): Promise<FitPoint> {
  const running = await trainEpoch(trainer, dataset, epoch - 1, pause)
  const train = assess(trainer, onTrain)
  const validation = assess(trainer, onValidation)
  return {
    trainLoss: train.loss,
    trainAccuracy: train.accuracy,
    validationLoss: validation.loss,
    validationAccuracy: validation.accuracy,
    runningLoss: running.loss,
    runningAccuracy: running.accuracy,
  }
}

type Measured = Readonly<Partial<Record<keyof FitPoint, number>>>

/** What early stopping looks at, of the epochs so far. */
const monitored = (points: ReadonlyArray<Measured>, monitor: "loss" | "accuracy"): ReadonlyArray<number> =>
  points.map((point) => (monitor === "loss" ? point.validationLoss! : point.validationAccuracy!))

/** Whether training ends after these epochs, though there may be more. */
export const endsEarly = (settings: EarlyStopping, points: ReadonlyArray<Measured>): boolean =>
  stopsEarly(monitored(points, settings.monitor), settings)

/** Whether the last of these epochs is the best so far, by whatever might be monitored. */
export const isRecord = (points: ReadonlyArray<Measured>): boolean =>
  (["loss", "accuracy"] as const).some(
    (monitor) => bestEpoch(monitored(points, monitor), { monitor, minimumDelta: 0 }) === points.length,
  )

/** The epoch (from 1) whose weights are taken. */
export const epochTaken = (settings: FitSettings, points: ReadonlyArray<Measured>): number =>
  settings.restoreBest ? bestEpoch(monitored(points, settings.monitor), settings) : points.length

/** The file of weights, of the state after the epoch that is taken: the network in it is as it was trained, rates of dropout included. */
export function fittedWeights(settings: FitSettings, inputShape: InputShape, state: Tensors): Uint8Array {
  const names = new Set(layerNames(settings.network))
  const weights = Object.entries(state).filter(([name]) => names.has(name.split("/")[0]!))
  return encodeWeights(Object.fromEntries(weights), dropping(settings), inputShape)
}

const dropping = ({ network, dropout }: FitSettings): Network => withDropout(network, dropout)
