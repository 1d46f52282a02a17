// A network fitted from its settings to its file of weights, epoch by epoch: what the stage that trains does, and a page that does
// it again. It knows neither, and keeps no state of a training.
import type { Values } from "../data/examples.ts"
import type { Normalization } from "../data/normalization.ts"
import { stratifiedSubset } from "../data/stratified.ts"
import type { Tensors } from "../data/tensor.ts"
import { type Shape, sizeOf } from "../layers/parts/shape.ts"
import type { MeasureName } from "../losses/parts/measures.ts"
import { DEFAULT_LOSS } from "../losses/table.ts"
import { withDropout } from "../network/dropout-rates.ts"
import type { Network } from "../network/network.ts"
import { layerNames, shapes } from "../network/shapes.ts"
import { encodeWeights } from "../network/weights.ts"
import { generator, permutation, seedOf } from "../statistics/random.ts"
import { copyRows, targetSize } from "./attached.ts"
import { bestEpoch, type EarlyStopping, type Monitor, stopsEarly } from "./early-stopping.ts"
import { trainEpoch } from "./epoch.ts"
import type { FitSettings } from "./fit-settings.ts"
import { type Assessment, assess } from "./prediction.ts"
import type { Dataset, Trainer, TrainerOptions } from "./trainer.ts"

/** Examples, and which of them are fitted and which validate. */
export interface FitData {
  readonly inputs: Values
  readonly targets: Values
  readonly train: Uint32Array
  readonly validation: Uint32Array
}

/** What is known of examples before any is seen. */
interface Seen {
  readonly inputShape: Shape
  readonly normalization?: Normalization | undefined
}

/** Examples that are measured on. */
interface Part {
  readonly dataset: Dataset
  readonly targets: Values
}

/** A training under way. */
export interface Fitting {
  readonly trainer: Trainer
  readonly dataset: Dataset
  /** What the curve of the fitted part is measured on. */
  readonly onTrain: Part
  /** All that validates. */
  readonly onValidation: Part
}

/** Running ones are taken while the weights move, dropout on. */
type Taken = "train" | "validation" | "running"

/** A point of the curve: means over examples, the loss's (those of entropies in nats) and what else there is of such a loss. */
export type FitPoint = Readonly<Record<`${Taken}Loss`, number>> &
  Readonly<Partial<Record<`${Taken}${Capitalize<MeasureName>}`, number>>>

/** What a maker is asked for. */
export const trainerOptions = (
  settings: FitSettings,
  { inputShape, normalization }: Seen,
): TrainerOptions => {
  const { loss = DEFAULT_LOSS, augmentation = [], optimizer, batchSize, seed, stream } = settings
  const network = dropping(settings)
  const outputs = settings.classes ?? sizeOf(shapes(network, inputShape).at(-1)!.output)
  return {
    ...{ network, inputShape, outputs, loss, optimizer, batchSize, seed, stream },
    ...{ normalization: normalization ?? null, augmentation },
  }
}

/** Hands the data to a trainer of these settings. */
export function fitting(trainer: Trainer, settings: FitSettings, data: FitData): Fitting {
  const { curveExamples } = settings
  const { inputs, targets, train, validation } = data
  const wanted = curveExamples === "validation" ? validation.length : curveExamples
  const seen = curveRows(settings, targets, Math.min(wanted, train.length), train)
  const size = targetSize(trainer.options)
  const part = (rows: Uint32Array): Part => {
    const own = targets.slice(0, rows.length * size)
    copyRows(targets, rows, own, size)
    return { dataset: trainer.attach(inputs, targets, rows), targets: own }
  }
  return {
    trainer,
    dataset: trainer.attach(inputs, targets, train),
    onTrain: part(seen),
    onValidation: part(validation),
  }
}

/** So many of what is fitted, drawn once: of classes in proportion. */
function curveRows(
  { seed, stream }: FitSettings,
  targets: Values,
  count: number,
  train: Uint32Array,
): Uint32Array {
  const random = generator(seedOf(seed, stream, "curve"))
  if (targets instanceof Uint8Array) return stratifiedSubset(targets, count, random, train)
  return permutation(train.length, random)
    .slice(0, count)
    .map((at) => train[at]!)
    .sort()
}

/** Trains an epoch (from 1) and measures it, dropout off. */
export async function fitEpoch(
  { trainer, dataset, onTrain, onValidation }: Fitting,
  epoch: number,
  pause: () => Promise<void>,
): Promise<FitPoint> {
  const running = await trainEpoch(trainer, dataset, epoch - 1, pause)
  return {
    ...named("train", assess(trainer, onTrain.dataset, onTrain.targets)),
    ...named("validation", assess(trainer, onValidation.dataset, onValidation.targets)),
    ...named("running", running),
  } as FitPoint
}

const named = (taken: Taken, measures: Assessment): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(measures).map(([name, value]) => [columnOf(taken, name), value]))

const columnOf = (taken: Taken, measure: string): string =>
  `${taken}${measure[0]!.toUpperCase()}${measure.slice(1)}`

type Measured = Readonly<Record<string, number | undefined>>

/** What early stopping looks at, of the epochs so far. */
const monitored = (points: ReadonlyArray<Measured>, monitor: Monitor): ReadonlyArray<number> =>
  points.map((point) => point[columnOf("validation", monitor)]!)

/** Whether training ends after these epochs, though there may be more. */
export const endsEarly = (settings: EarlyStopping, points: ReadonlyArray<Measured>): boolean =>
  stopsEarly(monitored(points, settings.monitor), settings)

/** Whether the last of these epochs is the best so far, by whatever might be monitored. */
export const isRecord = (points: ReadonlyArray<Measured>): boolean =>
  (["loss", "accuracy", "meanAbsoluteError", "rSquared"] as const).some(
    (monitor) =>
      columnOf("validation", monitor) in points.at(-1)! &&
      bestEpoch(monitored(points, monitor), { monitor, minimumDelta: 0 }) === points.length,
  )

/** The epoch (from 1) whose weights are taken. */
export const epochTaken = (settings: FitSettings, points: ReadonlyArray<Measured>): number =>
  settings.restoreBest ? bestEpoch(monitored(points, settings.monitor), settings) : points.length

/** The file of weights, of the state after the epoch that is taken: the network in it is as it was trained, rates of dropout included. */
export function fittedWeights(
  settings: FitSettings,
  { inputShape, normalization }: Seen,
  state: Tensors,
): Uint8Array {
  const names = new Set(layerNames(settings.network))
  const weights = Object.entries(state).filter(([name]) => names.has(name.split("/")[0]!))
  const { loss } = settings
  return encodeWeights(Object.fromEntries(weights), dropping(settings), inputShape, {
    ...(loss === undefined ? {} : { loss }),
    ...(normalization === undefined ? {} : { normalization }),
  })
}

const dropping = ({ network, dropout }: FitSettings): Network => withDropout(network, dropout)
