// The mean and the deviation of inputs, by channel or by feature, by which a network sees them; it knows no network, and nothing of
// how the data are split.
import type { ExampleShape, Examples, Values } from "./examples.ts"
import { PIXEL_SCALE } from "./pixels.ts"
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from "./safetensors.ts"

/** In the unit of the raw values, float32 numbers: one of each channel of an image, or of each feature. */
export interface Normalization {
  readonly mean: ReadonlyArray<number>
  /** Of a channel that never varies it is 1. */
  readonly deviation: ReadonlyArray<number>
}

/**
 * Fitted on some of the examples: mean `Σx / n` and deviation `√(Σ(x − mean)² / n)`, sums in float64 in the order of the rows given,
 * and of positions within each; both rounded to float32 at the end.
 *
 * @throws RangeError where there is no row
 */
export function fitNormalization(
  { shape, inputs }: Pick<Examples, "shape" | "inputs">,
  rows: Uint32Array,
): Normalization {
  if (rows.length === 0)
    throw new RangeError("a mean wants one example at the least: there is none to fit on")
  const channels = shape.at(-1)!
  const size = shape.reduce<number>((product, axis) => product * axis, 1)
  const count = (rows.length * size) / channels
  const summed = (of: (value: number, channel: number) => number): Float64Array => {
    const sums = new Float64Array(channels)
    for (const row of rows)
      for (let i = 0; i < size; i++) sums[i % channels]! += of(inputs[row * size + i]!, i % channels)
    return sums
  }
  const means = summed((value) => value).map((sum) => sum / count)
  const squares = summed((value, channel) => (value - means[channel]!) * (value - means[channel]!))
  return {
    mean: Array.from(means, Math.fround),
    deviation: Array.from(squares, (sum) => usable(Math.fround(Math.sqrt(sum / count)))),
  }
}

/** What can be divided by in float32. */
const usable = (deviation: number): number =>
  deviation > 0 && Number.isFinite(Math.fround(1 / deviation)) ? deviation : 1

/** Throws RangeError where examples of this shape have other channels than it was fitted on. */
export function checkNormalization({ mean }: Normalization, shape: ExampleShape): void {
  const channels = shape.at(-1)!
  if (mean.length === channels) return
  const what = shape.length === 1 ? "features" : "channels"
  throw new RangeError(
    `${channels} ${what} where ${mean.length} ${mean.length === 1 ? "was" : "were"} fitted: normalize examples like those that are used`,
  )
}

/**
 * Puts values in place, a channel after the other from `first` on, in float32: `(x − mean) · (1 / deviation)`, each operation
 * rounded.
 */
export function normalizeInPlace(
  values: Float32Array,
  first: number,
  count: number,
  mean: Float32Array,
  inverse: Float32Array,
): void {
  const channels = mean.length
  for (let i = 0, channel = 0; i < count; i++) {
    values[first + i] = Math.fround(values[first + i]! - mean[channel]!) * inverse[channel]!
    if (++channel === channels) channel = 0
  }
}

/** The two rows that `normalizeInPlace` takes. */
export const factorsOf = ({ mean, deviation }: Normalization) => ({
  mean: Float32Array.from(mean),
  inverse: Float32Array.from(deviation, (value) => 1 / value),
})

/** Inputs as numbers for a network, whole examples: normalized, or bytes `byte · PIXEL_SCALE`, and floats as they are. */
export function numbersOf(inputs: Values, normalization: Normalization | undefined | null): Float32Array {
  if (!normalization)
    return inputs instanceof Uint8Array
      ? Float32Array.from(inputs, (byte) => byte * PIXEL_SCALE)
      : inputs.slice()
  const values = Float32Array.from(inputs)
  const { mean, inverse } = factorsOf(normalization)
  normalizeInPlace(values, 0, values.length, mean, inverse)
  return values
}

export const encodeNormalization = ({ mean, deviation }: Normalization): Uint8Array =>
  encodeSafetensors({
    mean: { shape: [mean.length], data: Float32Array.from(mean) },
    deviation: { shape: [deviation.length], data: Float32Array.from(deviation) },
  })

/** @throws SafetensorsError when the bytes are not what `encodeNormalization` wrote */
export function decodeNormalization(bytes: Uint8Array): Normalization {
  const { mean, deviation } = decodeSafetensors(bytes).tensors
  if (mean?.data.length === undefined || mean.data.length !== deviation?.data.length)
    throw new SafetensorsError("a normalization has tensors `mean` and `deviation` of one size")
  return {
    mean: Array.from(mean.data as Float32Array),
    deviation: Array.from(deviation.data as Float32Array),
  }
}
