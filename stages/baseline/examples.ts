// Examples as the rows that baselines take, and what a fitted one says of them, measured. Knows no kind of baseline.
import {
  BaselineError,
  checkNormalization,
  classRows,
  confusionRows,
  crossEntropy,
  decodeExamples,
  decodeInputs,
  decodeNormalization,
  type ExampleShape,
  encodeNpy,
  type FeatureRows,
  type FittedBaseline,
  gathered,
  measureClasses,
  measureNumbers,
  type Normalization,
  predictBaseline,
  type Values,
} from "refold/ml"

interface All {
  readonly count: number
  /** Of one example. */
  readonly shape: ExampleShape
  readonly rows: FeatureRows
  /** A class number an example, or its numbers, row-major. */
  readonly targets: Values
}

const featuresOf = (shape: ExampleShape): number => shape.reduce<number>((product, size) => product * size, 1)

/** Images are flat rows of their values. */
export function examplesOf(inputs: Uint8Array, targets: Uint8Array, classes: number | undefined): All {
  const { count, shape, inputs: data, targets: truth } = decodeExamples(inputs, targets, classes)
  return { count, shape, rows: { data, features: featuresOf(shape) }, targets: truth }
}

/** @throws RangeError where it was fitted on examples of other channels or features */
export function normalizationOf(
  { normalization }: { readonly normalization?: Uint8Array | undefined },
  { shape }: Pick<All, "shape">,
): Normalization | undefined {
  if (normalization === undefined) return undefined
  const fitted = decodeNormalization(normalization)
  checkNormalization(fitted, shape)
  return fitted
}

/** Without targets. */
export function rowsIn(inputs: Uint8Array): { readonly count: number; readonly rows: FeatureRows } {
  const { count, shape, data } = decodeInputs(inputs)
  return { count, rows: { data, features: featuresOf(shape) } }
}

/** The rows of the indices, or all. */
export const someRows = ({ data, features }: FeatureRows, indices?: Uint32Array): FeatureRows => ({
  features,
  data: gathered(data, features, indices),
})

/** With their targets. */
export const some = ({ rows, targets }: Pick<All, "rows" | "targets">, indices?: Uint32Array) => ({
  rows: someRows(rows, indices),
  targets: gathered(targets, targets.length / (rows.data.length / rows.features), indices),
})

const bytesOf = (floats: Float32Array): Uint8Array => new Uint8Array(floats.buffer)

/** What it says, in float32, so that whoever measures its artifacts finds the same. @throws BaselineError for other classes than it has */
export function measuredClasses(
  model: FittedBaseline,
  { rows, targets }: { readonly rows: FeatureRows; readonly targets: Values },
  classes: ReadonlyArray<string>,
) {
  if (model.classes !== classes.length)
    throw new BaselineError(
      `${classes.length} classes are named, and the baseline ${model.classes === null ? "estimates a number" : `tells ${model.classes}`}`,
    )
  const chances = Float32Array.from(predictBaseline(model, rows))
  const { metrics, classification, said } = measureClasses(targets, chances, classes, 10)
  const chance = (at: number, label: number) => chances[at * classes.length + label]!
  return {
    metrics,
    confusion: confusionRows(classification, classes),
    classes: classRows(classification, classes),
    predictions: said,
    losses: bytesOf(Float32Array.from(targets, (label, at) => crossEntropy(chance(at, label)))),
    sureness: bytesOf(Float32Array.from(said, (label, at) => chance(at, label))),
    probabilities: encodeNpy([targets.length, classes.length], chances),
  }
}

/** @throws BaselineError where it tells classes, or estimates more or fewer numbers than are named */
export function measuredNumbers(
  model: FittedBaseline,
  { rows, targets }: { readonly rows: FeatureRows; readonly targets: Values },
  names: ReadonlyArray<string>,
) {
  if (model.classes !== null) throw new BaselineError("the baseline tells classes, and numbers are asked for")
  const count = rows.data.length / rows.features
  const estimates = Float32Array.from(predictBaseline(model, rows))
  for (const [what, { length }] of [
    ["an example has", targets],
    ["the baseline estimates", estimates],
  ] as const)
    if (length !== count * names.length)
      throw new BaselineError(
        `${what} ${length / count} numbers, and ${names.length} ${names.length === 1 ? "is" : "are"} named: say with names what each is`,
      )
  return {
    metrics: measureNumbers(targets, estimates, names),
    estimates: encodeNpy(names.length === 1 ? [count] : [count, names.length], estimates),
  }
}
