// `evaluate`: how well a trained network does on examples that it was not fitted on. Kinds say which, and stay apart.
import * as Schema from "effect/Schema"
import { form, stage } from "refold"
import {
  checkScore,
  classify,
  crossEntropy,
  DependenceSettings,
  decodeExamples,
  decodeIndices,
  decodeInputs,
  dependenceRows,
  encodeChosen,
  gathered,
  hardestClasses,
  ImportanceSettings,
  type Invitation,
  imagesOf,
  importanceRows,
  joinTraining,
  type Lanes,
  leastSure,
  predict,
  shifted,
  sizeOf,
  wilsonInterval,
  worstMistakes,
} from "refold/ml"
import { asking, type Computing, said, trainerOf } from "./evaluate/predicting.ts"

const params = Schema.Struct({
  /** Names of the classes, by class number. */
  classes: Schema.Array(Schema.String).pipe(Schema.minItems(2)),
})

interface Given extends Computing {
  readonly params: typeof params.Type
  readonly inputs: {
    readonly inputs: Uint8Array
    readonly targets: Uint8Array
    readonly weights: Uint8Array
  }
}

const predicted = { indices: "indices:validation", weights: "weights:safetensors" } as const
const Nothing = Schema.Struct({})

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
    /** On the test file moved by whole pixels: what is said otherwise of an image than where it stood. */
    shifts: form({
      params: Schema.Struct({
        ...params.fields,
        /** Pixels that images are moved by, up, down, left and right. */
        by: Schema.NonEmptyArray(Schema.Int.pipe(Schema.positive())),
      }),
      inputs: { inputs: "array:test:inputs", targets: "array:test:targets", weights: "weights:safetensors" },
      outputs: { shifts: "table:shifts" },
      counts: "weights",
      run: async (given) => {
        const names = given.params.classes
        const { pixels, labels, count, shape } = imagesOf(
          decodeExamples(given.inputs.inputs, given.inputs.targets, names.length),
        )
        const directions = given.params.by.flatMap(
          (by) =>
            [
              [by, 0],
              [-by, 0],
              [0, by],
              [0, -by],
            ] as const,
        )
        const trainer = await trainerOf(
          given,
          given.inputs.weights,
          count * (directions.length + 1),
          names.length,
        )
        const said = (moved: Uint8Array) => predict(trainer, trainer.attach(moved, labels)).labels
        const before = said(pixels)
        const right = (predicted: Uint8Array) =>
          predicted.reduce((sum, label, at) => sum + (label === labels[at] ? 1 : 0), 0)
        const row = ([down, across]: readonly [number, number], predicted: Uint8Array) => ({
          down,
          right: across,
          pixels: Math.max(Math.abs(down), Math.abs(across)),
          examples: count,
          changed: predicted.reduce((sum, label, at) => sum + (label === before[at] ? 0 : 1), 0),
          correct: right(predicted),
        })
        const shifts = [
          row([0, 0], before),
          ...directions.map((by) => row(by, said(shifted(pixels, shape, by)))),
        ]
        trainer.dispose?.()
        return { shifts }
      },
    }),
    /** What a model says of each example that validates, in the order of the indices: its probability of each class, or of each label. */
    probabilities: form({
      params: Nothing,
      inputs: { inputs: "array:train:inputs", ...predicted },
      outputs: { probabilities: "probabilities:validation" },
      run: async (given) => ({ probabilities: await said(given, "probabilities") }),
    }),
    /** The same of the test file, whole. */
    testProbabilities: form({
      params: Nothing,
      inputs: { inputs: "array:test:inputs", weights: "weights:safetensors" },
      outputs: { probabilities: "probabilities:test" },
      counts: "weights",
      run: async (given) => ({ probabilities: await said(given, "probabilities") }),
    }),
    /** The numbers that a model estimates for each example that validates. */
    estimates: form({
      params: Nothing,
      inputs: { inputs: "array:train:inputs", ...predicted },
      outputs: { estimates: "estimates:validation" },
      run: async (given) => ({ estimates: await said(given, "estimates") }),
    }),
    /** The same of the test file, whole. */
    testEstimates: form({
      params: Nothing,
      inputs: { inputs: "array:test:inputs", weights: "weights:safetensors" },
      outputs: { estimates: "estimates:test" },
      counts: "weights",
      run: async (given) => ({ estimates: await said(given, "estimates") }),
    }),
    /** How much worse a model's score becomes when a feature's values are dealt out anew among the examples that validate. */
    importance: form({
      params: ImportanceSettings,
      inputs: { inputs: "array:train:inputs", targets: "array:train:targets", ...predicted },
      outputs: { importance: "table:importance" },
      run: async (given) => {
        const { features, ...settings } = given.params
        const { rows, indices } = validating(given.inputs)
        const asks = (rows.data.length / rows.features) * features.length * settings.repeats
        const { ask, tellsClasses, close } = await asking(given, given.inputs.weights, asks)
        try {
          checkScore(settings.score, tellsClasses)
          const classes = tellsClasses ? 256 : undefined
          const { targets } = decodeExamples(given.inputs.inputs, given.inputs.targets, classes)
          const truth = gathered(targets, 1, indices)
          return { importance: importanceRows(ask, rows, truth, features, settings) }
        } finally {
          close()
        }
      },
    }),
    /** What a model says on average with a feature set to each of some values, over the examples that validate. */
    dependence: form({
      params: DependenceSettings,
      inputs: { inputs: "array:train:inputs", ...predicted },
      outputs: { dependence: "table:dependence" },
      run: async (given) => {
        const { features, ...settings } = given.params
        const { rows } = validating(given.inputs)
        const asks = (rows.data.length / rows.features) * features.length * settings.points
        const { ask, close } = await asking(given, given.inputs.weights, asks)
        try {
          return { dependence: dependenceRows(ask, rows, features, settings) }
        } finally {
          close()
        }
      },
    }),
    /** The test images that tell most about a model, class by class, with what it said of them. */
    examples: form({
      params: Schema.Struct({
        ...params.fields,
        /** Of each class. */
        each: Schema.Int.pipe(Schema.positive()),
        /** Classes, those with the most mistakes. */
        most: Schema.Int.pipe(Schema.positive()),
      }),
      inputs: {
        inputs: "array:test:inputs",
        targets: "array:test:targets",
        predictions: "predictions:test",
        sureness: "sureness:test",
      },
      outputs: {
        /** Taken for another class, the surest mistake first. */
        mistakes: "examples:test",
        /** The lowest probability of the most probable class first. */
        unsure: "examples:test",
      },
      run: ({ params: { classes, each, most }, inputs }) => {
        const examples = imagesOf(decodeExamples(inputs.inputs, inputs.targets, classes.length))
        const said = {
          labels: examples.labels,
          predicted: inputs.predictions,
          probabilities: new Float32Array(inputs.sureness.slice().buffer),
        }
        const shown = new Set(hardestClasses(said, classes.length, most))
        const chosen = (of: typeof worstMistakes) =>
          encodeChosen(
            examples,
            said,
            of(said, classes.length, each).filter((one) => shown.has(one.class)),
          )
        return { mistakes: chosen(worstMistakes), unsure: chosen(leastSure) }
      },
    }),
  },
})

/** The examples of the indices, as rows of features. */
function validating(given: { readonly inputs: Uint8Array; readonly indices: Uint8Array }) {
  const { count, shape, data } = decodeInputs(given.inputs)
  const [features, indices] = [sizeOf(shape), decodeIndices(given.indices, count)]
  return { rows: { features, data: gathered(data, features, indices) }, indices }
}

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
