// A trained network at work on examples: the trainer that computes what it says, and what it says as an array.
import { readFile } from "node:fs/promises"
import {
  DEFAULT_LOSS,
  decodeIndices,
  decodeInputs,
  decodeWeights,
  encodeNpy,
  type FeatureRows,
  isOfClasses,
  type Lanes,
  type Lender,
  type MakeTrainer,
  predict,
  shapes,
  sizeOf,
  staffing,
  type Trainer,
  wasmMaker,
  workOf,
} from "refold/ml"

/** What of a stage's context says who computes. */
export interface Computing {
  readonly files: Readonly<Record<string, string>>
  readonly provided?: unknown
  readonly accelerator?: unknown
  readonly cores: Lender["cores"]
  readonly thread: Lender["thread"]
}

/** A trainer with the weights of this file, to predict about so many examples. @throws ImpossibleNetwork for other classes than it has */
export async function trainerOf(
  { files, provided, accelerator, cores, thread }: Computing,
  file: Uint8Array,
  examples: number,
  classes?: number,
): Promise<Trainer> {
  const { network, inputShape, weights, normalization = null, loss = DEFAULT_LOSS } = decodeWeights(file)
  const make =
    (provided as MakeTrainer | undefined) ??
    wasmMaker(await readFile(files.kernels!), accelerator as Lanes | undefined)
  const trainer = await make({
    network,
    inputShape,
    normalization,
    outputs: classes ?? sizeOf(shapes(network, inputShape).at(-1)!.output),
    loss,
    optimizer: { type: "sgd", learningRate: 1, momentum: 0 },
    batchSize: 256,
    seed: 0,
    stream: "evaluate",
  })
  // Threads start while weights and examples are loaded.
  const work = workOf(network, inputShape, examples)
  staffing(trainer, { cores, thread }, work, Number.POSITIVE_INFINITY)()
  trainer.load({ ...trainer.state(), ...weights })
  return trainer
}

/**
 * What a network says of rows of features, as often as it is asked: `[rows, outputs]`, row-major. Images are flat rows of their values.
 *
 * @param examples that it is asked about in all
 */
export async function asking(given: Computing, weights: Uint8Array, examples: number) {
  const trainer = await trainerOf(given, weights, examples)
  const { loss, outputs } = trainer.options
  return {
    tellsClasses: isOfClasses(loss),
    ask: ({ data, features }: FeatureRows): Float32Array => {
      const count = data.length / features
      const targets = isOfClasses(loss) ? new Uint8Array(count) : new Float32Array(count * outputs)
      return predict(trainer, trainer.attach(data, targets)).outputs
    },
    close: () => trainer.dispose?.(),
  }
}

/** A network was asked for what its loss does not give. */
class OtherOutputs extends Error {
  readonly _tag = "OtherOutputs"
}

interface Asked extends Computing {
  readonly inputs: {
    readonly inputs: Uint8Array
    readonly weights: Uint8Array
    readonly indices?: Uint8Array
  }
}

/**
 * What the network says of the examples of the indices, or of all: the bytes of an `.npy` of float32, [n, outputs], or [n] where it
 * estimates one number.
 */
export async function said(given: Asked, wanted: "probabilities" | "estimates"): Promise<Uint8Array> {
  const { inputs, indices, weights } = given.inputs
  const { count, data } = decodeInputs(inputs)
  const rows = indices === undefined ? undefined : decodeIndices(indices, count)
  const trainer = await trainerOf(given, weights, rows?.length ?? count)
  const { loss, outputs } = trainer.options
  const found = loss.type === "mean-squared-error" ? "estimates" : "probabilities"
  if (found !== wanted)
    throw new OtherOutputs(
      `a network that was trained by ${loss.type} gives ${found}: ask evaluate for these`,
    )
  // Nobody asks for the loss, so any targets will do.
  const targets = isOfClasses(loss) ? new Uint8Array(count) : new Float32Array(count * outputs)
  const dataset = trainer.attach(data, targets, rows)
  const prediction = predict(trainer, dataset)
  trainer.dispose?.()
  const isOneNumber = wanted === "estimates" && outputs === 1
  return encodeNpy(isOneNumber ? [dataset.count] : [dataset.count, outputs], prediction.outputs)
}
