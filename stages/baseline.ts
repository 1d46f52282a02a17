// `baseline`: a simple model, fitted on the part to fit and measured on the part that validates. It cannot be handed the test set to fit on.
import * as Schema from "effect/Schema"
import { form, optional, stage } from "refold"
import {
  BaselineSettings,
  checkScore,
  DependenceSettings,
  decodeBaseline,
  decodeIndices,
  dependenceRows,
  encodeBaseline,
  type FeatureRows,
  fitBaseline,
  ImportanceSettings,
  importanceRows,
  predictBaseline,
} from "refold/ml"
import {
  examplesOf,
  measuredClasses,
  measuredNumbers,
  normalizationOf,
  rowsIn,
  some,
  someRows,
} from "./baseline/examples.ts"

const Classes = Schema.Struct({
  /** Names of the classes, by class number. */
  classes: Schema.Array(Schema.String).pipe(Schema.minItems(2)),
})
const Numbers = Schema.Struct({
  /** Names of the numbers, by column of the targets. */
  names: Schema.optionalWith(Schema.NonEmptyArray(Schema.String), { default: () => ["target"] as const }),
})
const fitted = {
  inputs: "array:train:inputs",
  targets: "array:train:targets",
  train: "indices:train",
  validation: "indices:validation",
  /** Mean and deviation by which it sees its examples, as a network does; without it, as they are. */
  normalization: optional("normalization:safetensors"),
} as const
const tested = {
  inputs: "array:test:inputs",
  targets: "array:test:targets",
  model: "baseline:safetensors",
} as const
const inspected = {
  inputs: "array:train:inputs",
  indices: "indices:validation",
  model: "baseline:safetensors",
} as const
const counts = { confusion: "table:confusion", classes: "table:classes" } as const

export const baseline = stage("baseline", {
  doc: "Fits a simple model that a network should beat: majority or mean, a linear one, nearest neighbours, a tree",
  forms: {
    /** Tells classes. */
    classes: form({
      params: Schema.Struct({ ...Classes.fields, baseline: BaselineSettings }),
      inputs: fitted,
      outputs: {
        model: "baseline:safetensors",
        metrics: "metrics:validation",
        ...counts,
        /** One byte an example, in the order of the indices: the class that the model says. */
        predictions: "predictions:validation",
        /** A float32 an example, likewise: its cross-entropy in nats. */
        losses: "losses:validation",
        /** Float32 [n, classes]. */
        probabilities: "probabilities:validation",
      },
      run: ({ params: { classes, baseline }, inputs }) => {
        const all = examplesOf(inputs.inputs, inputs.targets, classes.length)
        const train = some(all, decodeIndices(inputs.train, all.count))
        const model = fitBaseline(
          { ...train, classes: classes.length },
          baseline,
          normalizationOf(inputs, all),
        )
        const validation = some(all, decodeIndices(inputs.validation, all.count))
        const { sureness: _, ...measured } = measuredClasses(model, validation, classes)
        return { model: encodeBaseline(model), ...measured }
      },
    }),
    /** What a fitted one says of the test file, whole. */
    testClasses: form({
      params: Classes,
      inputs: tested,
      outputs: {
        metrics: "metrics:test",
        ...counts,
        predictions: "predictions:test",
        /** A float32 an example: the probability of the class that the model says. */
        sureness: "sureness:test",
        probabilities: "probabilities:test",
      },
      counts: "model",
      run: ({ params: { classes }, inputs }) => {
        const all = some(examplesOf(inputs.inputs, inputs.targets, classes.length))
        const { losses: _, ...measured } = measuredClasses(decodeBaseline(inputs.model), all, classes)
        return measured
      },
    }),
    /** Estimates a number, or several of each example. */
    numbers: form({
      params: Schema.Struct({ ...Numbers.fields, baseline: BaselineSettings }),
      inputs: fitted,
      outputs: {
        model: "baseline:safetensors",
        metrics: "metrics:validation",
        /** Float32 [n], or [n, outputs] of several numbers. */
        estimates: "estimates:validation",
      },
      run: ({ params: { names, baseline }, inputs }) => {
        const all = examplesOf(inputs.inputs, inputs.targets, undefined)
        const train = some(all, decodeIndices(inputs.train, all.count))
        const model = fitBaseline({ ...train, classes: null }, baseline, normalizationOf(inputs, all))
        const validation = some(all, decodeIndices(inputs.validation, all.count))
        return { model: encodeBaseline(model), ...measuredNumbers(model, validation, names) }
      },
    }),
    testNumbers: form({
      params: Numbers,
      inputs: tested,
      outputs: { metrics: "metrics:test", estimates: "estimates:test" },
      counts: "model",
      run: ({ params: { names }, inputs }) =>
        measuredNumbers(
          decodeBaseline(inputs.model),
          some(examplesOf(inputs.inputs, inputs.targets, undefined)),
          names,
        ),
    }),
    /** How much worse a fitted one's score becomes when a feature's values are dealt out anew among the examples that validate. */
    importance: form({
      params: ImportanceSettings,
      inputs: { ...inspected, targets: "array:train:targets" },
      outputs: { importance: "table:importance" },
      run: ({ params: { features, ...settings }, inputs }) => {
        const model = decodeBaseline(inputs.model)
        checkScore(settings.score, model.classes !== null)
        const all = examplesOf(inputs.inputs, inputs.targets, model.classes ?? undefined)
        const { rows, targets } = some(all, decodeIndices(inputs.indices, all.count))
        const ask = (rows: FeatureRows) => predictBaseline(model, rows)
        return { importance: importanceRows(ask, rows, targets, features, settings) }
      },
    }),
    /** What a fitted one says on average with a feature set to each of some values, over the examples that validate. */
    dependence: form({
      params: DependenceSettings,
      inputs: inspected,
      outputs: { dependence: "table:dependence" },
      run: ({ params: { features, ...settings }, inputs }) => {
        const model = decodeBaseline(inputs.model)
        const all = rowsIn(inputs.inputs)
        const rows = someRows(all.rows, decodeIndices(inputs.indices, all.count))
        const ask = (rows: FeatureRows) => predictBaseline(model, rows)
        return { dependence: dependenceRows(ask, rows, features, settings) }
      },
    }),
  },
})
