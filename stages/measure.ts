// `measure`: how good probabilities or estimates are, of whatever model, in figures, curves and tables. It predicts nothing.
import * as Schema from "effect/Schema"
import { form, stage } from "refold"
import {
  calibrationRows,
  classRows,
  confusionRows,
  crossEntropy,
  decodeIndices,
  decodeLabels,
  gathered,
  measureClasses,
  measureLabels,
  measureNumbers,
  precisionRecallRows,
  rocRows,
} from "refold/ml"
import { numbersIn } from "./measure/targets.ts"

/** Bins of equal width of a calibration. */
const bins = Schema.optionalWith(Schema.Int.pipe(Schema.positive()), { default: () => 10 })
const Classes = Schema.Struct({
  /** Names of the classes, by class number. */
  classes: Schema.Array(Schema.String).pipe(Schema.minItems(2)),
  bins,
})
const Labels = Schema.Struct({
  /** Names of the labels, by column. */
  labels: Schema.NonEmptyArray(Schema.String),
  bins,
})
const Numbers = Schema.Struct({
  /** Names of the numbers, by column. */
  names: Schema.optionalWith(Schema.NonEmptyArray(Schema.String), { default: () => ["target"] as const }),
})

const curves = {
  /** Points of the ROC curve: of the second of two classes, else of each against the rest. */
  roc: "table:roc",
  precisionRecall: "table:precision-recall",
  /** Bins of the reliability diagram: of the second of two classes, else of the most probable one. */
  calibration: "table:calibration",
} as const
const counts = { confusion: "table:confusion", classes: "table:classes" } as const
const validation = { targets: "array:train:targets", indices: "indices:validation" } as const

export const measure = stage("measure", {
  doc: "Measures probabilities or estimates of any model: errors, ROC and precision-recall curves, calibration",
  forms: {
    /** Probabilities of classes, on the part that validates. */
    classes: form({
      params: Classes,
      inputs: { ...validation, probabilities: "probabilities:validation" },
      outputs: {
        metrics: "metrics:validation",
        ...counts,
        ...curves,
        /** One byte an example, in the order of the indices: the most probable class. */
        predictions: "predictions:validation",
        /** A float32 an example, likewise: its cross-entropy in nats. */
        losses: "losses:validation",
      },
      run: ({ params, inputs }) => {
        const { said, losses, sureness: _, ...rest } = ofClasses(params, inputs)
        return { ...rest, predictions: said, losses }
      },
    }),
    /** Probabilities of classes, on the test file, whole. */
    testClasses: form({
      params: Classes,
      inputs: { targets: "array:test:targets", probabilities: "probabilities:test" },
      outputs: {
        metrics: "metrics:test",
        ...counts,
        ...curves,
        predictions: "predictions:test",
        /** A float32 an example: the probability of the most probable class. */
        sureness: "sureness:test",
      },
      counts: "probabilities",
      run: ({ params, inputs }) => {
        const { said, losses: _, ...rest } = ofClasses(params, inputs)
        return { ...rest, predictions: said }
      },
    }),
    /** Probabilities of labels of which an example may have several or none, or of one thing that is so or not. */
    labels: form({
      params: Labels,
      inputs: { ...validation, probabilities: "probabilities:validation" },
      outputs: { metrics: "metrics:validation", ...curves },
      run: ({ params, inputs }) => ofLabels(params, inputs),
    }),
    testLabels: form({
      params: Labels,
      inputs: { targets: "array:test:targets", probabilities: "probabilities:test" },
      outputs: { metrics: "metrics:test", ...curves },
      counts: "probabilities",
      run: ({ params, inputs }) => ofLabels(params, inputs),
    }),
    /** Estimated numbers. */
    numbers: form({
      params: Numbers,
      inputs: { ...validation, estimates: "estimates:validation" },
      outputs: { metrics: "metrics:validation", estimated: "table:estimated" },
      run: ({ params, inputs }) => ofNumbers(params, inputs),
    }),
    testNumbers: form({
      params: Numbers,
      inputs: { targets: "array:test:targets", estimates: "estimates:test" },
      outputs: { metrics: "metrics:test", estimated: "table:estimated" },
      counts: "estimates",
      run: ({ params, inputs }) => ofNumbers(params, inputs),
    }),
  },
})

interface Given {
  readonly targets: Uint8Array
  readonly indices?: Uint8Array
}

function ofClasses(
  { classes: names, bins }: typeof Classes.Type,
  inputs: Given & { readonly probabilities: Uint8Array },
) {
  const labels = decodeLabels(inputs.targets, names.length)
  const truth = gathered(
    labels,
    1,
    inputs.indices === undefined ? undefined : decodeIndices(inputs.indices, labels.length),
  )
  const { data } = numbersIn(inputs.probabilities, truth.length, names.length)
  const { said, classification, ...measured } = measureClasses(truth, data, names, bins)
  const chance = (at: number, label: number) => data[at * names.length + label]!
  return {
    ...{ said, metrics: measured.metrics },
    confusion: confusionRows(classification, names),
    classes: classRows(classification, names),
    ...tables(measured),
    losses: new Uint8Array(Float32Array.from(truth, (label, at) => crossEntropy(chance(at, label))).buffer),
    sureness: new Uint8Array(Float32Array.from(said, (label, at) => chance(at, label)).buffer),
  }
}

function ofLabels(
  { labels, bins }: typeof Labels.Type,
  inputs: Given & { readonly probabilities: Uint8Array },
) {
  const truth = truthOf(inputs, labels.length)
  const { data } = numbersIn(inputs.probabilities, truth.length / labels.length, labels.length)
  const measured = measureLabels(truth, data, labels, bins)
  return { metrics: measured.metrics, ...tables(measured) }
}

function ofNumbers({ names }: typeof Numbers.Type, inputs: Given & { readonly estimates: Uint8Array }) {
  const truth = truthOf(inputs, names.length)
  const { data } = numbersIn(inputs.estimates, truth.length / names.length, names.length)
  const estimated = Array.from(truth, (target, at) => ({
    name: names[at % names.length]!,
    target,
    estimate: data[at]!,
  }))
  return { metrics: measureNumbers(truth, data, names), estimated }
}

const tables = (measured: Parameters<typeof rocRows>[0] & Parameters<typeof calibrationRows>[0]) => ({
  roc: rocRows(measured),
  precisionRecall: precisionRecallRows(measured),
  calibration: calibrationRows(measured),
})

/** Targets `[n, width]`, or `[n]` of one number, of the examples of the indices or of all. */
function truthOf({ targets, indices }: Given, width: number): Float32Array | Uint8Array {
  const { count, data } = numbersIn(targets, undefined, width)
  return gathered(data, width, indices === undefined ? undefined : decodeIndices(indices, count))
}
