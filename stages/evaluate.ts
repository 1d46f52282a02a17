// `evaluate`: how well a trained network does on examples that it was not fitted on. Kinds say which, and stay apart.
import { form, stage } from "refold"
import {
  classify,
  crossEntropy,
  decodeExamples,
  decodeIndices,
  type Invitation,
  joinTraining,
  type Lanes,
  predict,
  wilsonInterval,
} from "refold/ml"
import { dependence, importance } from "./evaluate/features.ts"
import { examples, shifts } from "./evaluate/images.ts"
import { estimates, probabilities, testEstimates, testProbabilities } from "./evaluate/outputs.ts"
import { type Computing, trainerOf } from "./evaluate/predicting.ts"
import { params } from "./evaluate/taken.ts"

interface Given extends Computing {
  readonly params: typeof params.Type
  readonly inputs: {
    readonly inputs: Uint8Array
    readonly targets: Uint8Array
    readonly weights: Uint8Array
  }
}

export const evaluate = stage("evaluate", {
  doc: "Loss, accuracy, precision and recall by class, and the confusion matrix",
  numerics: "tensor",
  thread: (invitation: Invitation, { accelerator }) =>
    joinTraining(invitation, { lanes: accelerator as Lanes | undefined }),
  forms: {
    /** On the part of the train file that was kept from fitting. */
    validation: form({
      params,
      inputs: {
        inputs: "array:train:inputs",
        targets: "array:train:targets",
        indices: "indices:validation",
        weights: "weights:safetensors",
      },
      outputs: {
        metrics: "metrics:validation",
        confusion: "table:confusion",
        classes: "table:classes",
        /** One byte an example, in the order of the indices: the class that the model says. */
        predictions: "predictions:validation",
        /** A float32 an example, likewise: its cross-entropy in nats. */
        losses: "losses:validation",
      },
      run: async (given) => {
        const { predicted, losses, sureness: _, ...measured } = await measure(given, given.inputs.indices)
        return { ...measured, predictions: predicted, losses: new Uint8Array(losses.buffer) }
      },
    }),
    /** On the official test file, whole. */
    test: form({
      params,
      inputs: { inputs: "array:test:inputs", targets: "array:test:targets", weights: "weights:safetensors" },
      outputs: {
        metrics: "metrics:test",
        confusion: "table:confusion",
        classes: "table:classes",
        /** One byte an example: the class that the model says. */
        predictions: "predictions:test",
        /** A float32 an example: the probability of that class. */
        sureness: "sureness:test",
      },
      counts: "weights",
      run: async (given) => {
        const { predicted, sureness, losses: _, ...measured } = await measure(given, undefined)
        return { ...measured, predictions: predicted, sureness: new Uint8Array(sureness.buffer) }
      },
    }),
    shifts,
    probabilities,
    testProbabilities,
    estimates,
    testEstimates,
    importance,
    dependence,
    examples,
  },
})

/** Accuracy comes with its 95 % Wilson interval, which covers the sampling of the examples and not retraining. */
async function measure(given: Given, indices: Uint8Array | undefined) {
  const { params, inputs } = given
  const names = params.classes
  const { inputs: values, targets, count } = decodeExamples(inputs.inputs, inputs.targets, names.length)
  const rows = indices === undefined ? undefined : decodeIndices(indices, count)
  const trainer = await trainerOf(given, inputs.weights, rows?.length ?? count, names.length)
  const data = trainer.attach(values, targets, rows)
  const prediction = predict(trainer, data)
  trainer.dispose?.()
  const truth = rows === undefined ? targets : Uint8Array.from(rows, (row) => targets[row]!)
  const { correct, total, confusion, classes } = classify(truth, prediction.labels, names.length)
  const { low, high } = wilsonInterval(correct, total)
  const sureness = Float32Array.from(
    prediction.labels,
    (label, at) => prediction.outputs[at * names.length + label]!,
  )
  return {
    predicted: prediction.labels,
    sureness,
    losses: Float32Array.from(truth, (label, at) =>
      crossEntropy(prediction.outputs[at * names.length + label]!),
    ),
    metrics: {
      loss: prediction.loss,
      accuracy: correct / total,
      "accuracy.low": low,
      "accuracy.high": high,
      correct,
      examples: total,
    },
    confusion: confusion.flatMap((row, actual) =>
      row.map((count, predicted) => ({ actual: names[actual]!, predicted: names[predicted]!, count })),
    ),
    classes: classes.map(({ class: number, ...scores }) => ({ class: names[number]!, ...scores })),
  }
}
