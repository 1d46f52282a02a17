// `train`: a network trained as a chain of epochs, with its learning curve. It cannot be handed the test set.
import { readFile } from "node:fs/promises"
import { optional, stage } from "refold"
import {
  decodeExamples,
  decodeIndices,
  decodeNormalization,
  decodeSafetensors,
  decodeShape,
  encodeSafetensors,
  endsEarly,
  epochTaken,
  FitSettings,
  type Fitting,
  fitEpoch,
  fittedWeights,
  fitting,
  type Invitation,
  isRecord,
  joinTraining,
  type Lanes,
  type MakeTrainer,
  staffing,
  trainerOptions,
  wasmMaker,
  workOf,
} from "refold/ml"

interface Training extends Fitting {
  readonly pause: () => Promise<void>
}

export const train = stage("train", {
  doc: "Trains a network, epoch by epoch, and records its learning curve",
  params: FitSettings,
  inputs: {
    inputs: "array:train:inputs",
    targets: "array:train:targets",
    train: "indices:train",
    validation: "indices:validation",
    /** What examples are normalized by, fitted on the same part: the file of weights keeps it. */
    normalization: optional("normalization:safetensors"),
  },
  outputs: { weights: "weights:safetensors", curve: "table:curve" },
  numerics: "tensor",
  thread: (invitation: Invitation, { accelerator }) =>
    joinTraining(invitation, { lanes: accelerator as Lanes | undefined }),
  unit: "epoch",
  chain: {
    finishing: ["epochs", "patience", "minimumDelta", "monitor", "restoreBest"],
    length: ({ epochs }) => epochs,
    stops: endsEarly,
    isRecord,
    start: async ({ params, inputs, files, provided, accelerator, pause, ...lender }): Promise<Training> => {
      const examples = decodeExamples(inputs.inputs, inputs.targets, params.classes)
      const { count, shape } = examples
      const normalization = normalizationIn(inputs)
      const make =
        (provided as MakeTrainer | undefined) ??
        wasmMaker(await readFile(files.kernels!), accelerator as Lanes | undefined)
      const trainer = await make(trainerOptions(params, { inputShape: shape, normalization }))
      const train = decodeIndices(inputs.train, count)
      const validation = decodeIndices(inputs.validation, count)
      // Forward, and backward to weights and inputs.
      const work = 3 * params.epochs * workOf(params.network, shape, train.length)
      const keepUp = staffing(trainer, lender, work, trainer.options.shards)
      return {
        ...fitting(trainer, params, { ...examples, train, validation }),
        pause: async () => {
          await pause()
          keepUp()
        },
      }
    },
    advance: (training, epoch) => fitEpoch(training, epoch, training.pause),
    save: ({ trainer }) => encodeSafetensors(trainer.state()),
    restore: ({ trainer }, saved) => trainer.load(decodeSafetensors(saved).tensors),
    close: ({ trainer }) => trainer.dispose?.(),
    finish: async ({ params, inputs }, { metrics, state }) => {
      const { tensors } = decodeSafetensors(await state(epochTaken(params, metrics)))
      return {
        weights: fittedWeights(
          params,
          { inputShape: decodeShape(inputs.inputs), normalization: normalizationIn(inputs) },
          tensors,
        ),
        curve: metrics.map((point, at) => ({ epoch: at + 1, ...point })),
      }
    },
  },
})

const normalizationIn = ({ normalization }: { readonly normalization?: Uint8Array | undefined }) =>
  normalization === undefined ? undefined : decodeNormalization(normalization)
