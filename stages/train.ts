// `train`: a network trained as a chain of epochs, with its learning curve. It cannot be handed the test set.
import { readFile } from "node:fs/promises"
import * as Schema from "effect/Schema"
import { type LinkMetrics, stage } from "refold"
import { decodeExamples } from "../ml/data/examples.ts"
import { decodeIdx } from "../ml/data/idx.ts"
import { decodeIndices } from "../ml/data/indices.ts"
import { decodeSafetensors, encodeSafetensors } from "../ml/data/safetensors.ts"
import { stratifiedSubset } from "../ml/data/stratified.ts"
import { withDropout } from "../ml/network/dropout-rates.ts"
import { Network } from "../ml/network/network.ts"
import { layerNames } from "../ml/network/shapes.ts"
import { encodeWeights } from "../ml/network/weights.ts"
import { generator, seedOf } from "../ml/statistics/random.ts"
import { bestEpoch, stopsEarly } from "../ml/training/early-stopping.ts"
import { trainEpoch } from "../ml/training/epoch.ts"
import { Optimizer } from "../ml/training/optimizer.ts"
import { assess } from "../ml/training/prediction.ts"
import { staffing, workOf } from "../ml/training/staff.ts"
import type { Dataset, MakeTrainer, Trainer } from "../ml/training/trainer.ts"
import { joinTraining } from "../ml/wasm/member.ts"
import { wasmMaker } from "../ml/wasm/wasm-trainer.ts"

const Positive = Schema.Int.pipe(Schema.positive())

const Rate = Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.lessThan(1))

const params = Schema.Struct({
  network: Network,
  /** The rate of every dropout layer, in [0, 1), or of each by name. */
  dropout: Schema.Union(Rate, Schema.Record({ key: Schema.String, value: Rate })),
  optimizer: Optimizer,
  batchSize: Positive,
  classes: Schema.Int.pipe(Schema.between(2, 256)),
  seed: Schema.Int,
  /** Trainings of one stream start alike and see the same batches, whatever else differs. */
  stream: Schema.NonEmptyString,
  /**
   * How many of the examples that are fitted each point of their curve is measured on, drawn once and stratified: a number, or
   * as many as validate, so that both points are as precise. All, where there are no more. Validation is on all that validate.
   */
  curveExamples: Schema.Union(Positive, Schema.Literal("validation")),
  /** At most so many. */
  epochs: Positive,
  /** Epochs without a better validation after which training stops; null never stops early. */
  patience: Schema.NullOr(Positive),
  minimumDelta: Schema.Number.pipe(Schema.nonNegative()),
  monitor: Schema.Literal("loss", "accuracy"),
  /** Whether the weights are those of the best epoch by `monitor`, or of the last. */
  restoreBest: Schema.Boolean,
}).pipe(
  Schema.filter(({ optimizer: { schedule }, epochs }) => {
    const warmUp = schedule?.warmUp ?? 0
    const message = `all of ${epochs} epochs would be warm-up: take at most ${epochs}, or more epochs`
    return warmUp <= epochs || { path: ["optimizer", "schedule", "warmUp"], message }
  }),
)

interface Training {
  readonly trainer: Trainer
  readonly dataset: Dataset
  /** What the curve of the fitted part is measured on. */
  readonly onTrain: Dataset
  /** All that validates. */
  readonly onValidation: Dataset
  readonly pause: () => Promise<void>
}

const monitored = (
  metrics: ReadonlyArray<LinkMetrics>,
  monitor: "loss" | "accuracy",
): ReadonlyArray<number> =>
  metrics.map((epoch) => (monitor === "loss" ? epoch.validationLoss! : epoch.validationAccuracy!))

export const train = stage("train", {
  doc: "Trains a network, epoch by epoch, and records its learning curve",
  params,
  inputs: {
    images: "idx:train:images",
    labels: "idx:train:labels",
    train: "indices:train",
    validation: "indices:validation",
  },
  outputs: { weights: "weights:safetensors", curve: "table:curve" },
  numerics: "tensor",
  thread: joinTraining,
  unit: "epoch",
  chain: {
    finishing: ["epochs", "patience", "minimumDelta", "monitor", "restoreBest"],
    length: ({ epochs }) => epochs,
    stops: (params, metrics) => stopsEarly(monitored(metrics, params.monitor), params),
    isRecord: (metrics) =>
      (["loss", "accuracy"] as const).some(
        (monitor) => bestEpoch(monitored(metrics, monitor), { monitor, minimumDelta: 0 }) === metrics.length,
      ),
    start: async ({ params, inputs, files, provided, pause, ...lender }): Promise<Training> => {
      const { classes, seed, stream, batchSize, optimizer, curveExamples } = params
      const { pixels, labels, height, width, count } = decodeExamples(inputs.images, inputs.labels, classes)
      const make = (provided as MakeTrainer | undefined) ?? wasmMaker(await readFile(files.kernels!))
      const network = withDropout(params.network, params.dropout)
      const inputShape = [height, width, 1] as const
      const trainer = await make({
        network,
        inputShape,
        classes,
        optimizer,
        batchSize,
        seed,
        stream,
      })
      const rows = decodeIndices(inputs.train, count)
      const validation = decodeIndices(inputs.validation, count)
      const wanted = curveExamples === "validation" ? validation.length : curveExamples
      const random = generator(seedOf(seed, stream, "curve"))
      const seen = stratifiedSubset(labels, Math.min(wanted, rows.length), random, rows)
      // Forward, and backward to weights and inputs.
      const work = 3 * params.epochs * workOf(network, inputShape, rows.length)
      const keepUp = staffing(trainer, lender, work, trainer.options.shards)
      return {
        trainer,
        dataset: trainer.attach(pixels, labels, rows),
        onTrain: trainer.attach(pixels, labels, seen),
        onValidation: trainer.attach(pixels, labels, validation),
        pause: async () => {
          await pause()
          keepUp()
        },
      }
    },
    advance: async ({ trainer, dataset, onTrain, onValidation, pause }, epoch) => {
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
    },
    save: ({ trainer }) => encodeSafetensors(trainer.state()),
    restore: ({ trainer }, saved) => trainer.load(decodeSafetensors(saved).tensors),
    close: ({ trainer }) => trainer.dispose?.(),
    finish: async ({ params, inputs }, { metrics, state }) => {
      const chosen = params.restoreBest
        ? bestEpoch(monitored(metrics, params.monitor), params)
        : metrics.length
      const { tensors } = decodeSafetensors(await state(chosen))
      const names = new Set(layerNames(params.network))
      const weights = Object.fromEntries(
        Object.entries(tensors).filter(([name]) => names.has(name.split("/")[0]!)),
      )
      const [, height, width] = decodeIdx(inputs.images, 3).shape as [number, number, number]
      // The network as it was trained, rates of dropout included.
      const network = withDropout(params.network, params.dropout)
      return {
        weights: encodeWeights(weights, network, [height, width, 1]),
        curve: metrics.map((point, at) => ({ epoch: at + 1, ...point })),
      }
    },
  },
})
