// Examples and what is to be said of them, from the bytes of two arrays; knows nothing of files or of how the data are split.

import { asBytes, decodeArray } from "./arrays/decode-array.ts"

/** One example: [height, width, channels] of an image, or [features] of a table's row. */
export type ExampleShape = readonly [number, number, number] | readonly [number]

/** Numbers of examples: bytes as they are, or floats. */
export type Values = Uint8Array | Float32Array

/** Inputs and their targets, in the numbers that the arrays hold. */
export interface Examples<Targets extends Values = Uint8Array> {
  readonly count: number
  /** Of one example. */
  readonly shape: ExampleShape
  /** `count × shape`, row-major; a view of the bytes given where these lie so that there can be one. */
  readonly inputs: Values
  /** `count` class numbers, each below the number of classes; or one number or several an example. Likewise. */
  readonly targets: Targets
}

export class ExamplesError extends Error {
  readonly _tag = "ExamplesError"

  constructor(message: string) {
    super(message)
    this.name = "ExamplesError"
  }
}

/**
 * Decodes the array of inputs, `[n, height, width]`, `[n, height, width, channels]` or `[n, features]`, and that of targets, and
 * checks that they belong together.
 *
 * @param classes how many classes there are: targets are then `[n]`, 0 to `classes - 1`. Undefined where they are numbers, `[n]`
 *   or `[n, outputs]`
 * @throws IdxError or ArrayError when either is no such array
 * @throws ExamplesError when the counts differ, an input is not finite, or a target is not below `classes`
 */
export function decodeExamples(inputs: Uint8Array, targets: Uint8Array, classes: number): Examples
export function decodeExamples(
  inputs: Uint8Array,
  targets: Uint8Array,
  classes: number | undefined,
): Examples<Values>
export function decodeExamples(
  inputs: Uint8Array,
  targets: Uint8Array,
  classes: number | undefined,
): Examples<Values> {
  const { count, shape, data } = decodeInputs(inputs)
  const truth = classes === undefined ? decodeNumbers(targets) : decodeClasses(targets, classes)
  if (truth.count !== count) {
    throw new ExamplesError(`every input needs one target: found ${count} inputs and ${truth.count} targets`)
  }
  return { count, shape, inputs: data, targets: truth.data }
}

/** The inputs alone. @throws as {@link decodeExamples} does */
export function decodeInputs(inputs: Uint8Array): {
  readonly count: number
  readonly shape: ExampleShape
  readonly data: Values
} {
  const { shape, data } = decodeArray(inputs)
  const one = exampleShape(shape)
  checkFinite(data, one, "input")
  return { count: shape[0]!, shape: one, data }
}

function decodeClasses(
  bytes: Uint8Array,
  classes: number,
): { readonly count: number; readonly data: Values } {
  const data = decodeLabels(bytes, classes)
  return { count: data.length, data }
}

/** Numbers to be estimated, or labels of which an example has several: bytes become floats. */
function decodeNumbers(bytes: Uint8Array): { readonly count: number; readonly data: Values } {
  const { shape, data } = decodeArray(bytes)
  if (shape.length > 2) throw new ExamplesError(`targets are [n] or [n, outputs], not ${sizes(shape)}`)
  checkFinite(data, [shape[1] ?? 1], "target")
  return { count: shape[0]!, data: Float32Array.from(data) }
}

/**
 * Decodes the class numbers alone, for whoever splits data without looking at the inputs.
 *
 * @returns one class number an example
 * @throws IdxError or ArrayError when the bytes are no array, or not all of its values are whole numbers of 0 to 255
 * @throws ExamplesError when they are not `[n]`, or one is not below `classes`
 */
export const decodeLabels = (bytes: Uint8Array, classes: number): Uint8Array => {
  const { shape, data } = asBytes(decodeArray(bytes))
  if (shape.length !== 1) throw new ExamplesError(`class numbers are [n], not ${sizes(shape)}`)
  const wrong = data.findIndex((label) => label >= classes)
  if (wrong >= 0) {
    throw new ExamplesError(
      `target ${wrong} is ${data[wrong]}: with ${classes} classes it must be below ${classes}`,
    )
  }
  return data
}

/** The shape of one example, from the array of inputs. @throws as {@link decodeExamples} does */
export const decodeShape = (inputs: Uint8Array): ExampleShape => exampleShape(decodeArray(inputs).shape)

/** Examples that are images of bytes, for whoever draws or moves them. */
export interface Images {
  readonly count: number
  /** [height, width, channels]. */
  readonly shape: readonly [number, number, number]
  /** `count × shape` values, 0 to 255. */
  readonly pixels: Uint8Array
  readonly labels: Uint8Array
}

/** @throws ExamplesError for examples that are no images, or whose values are no bytes */
export function imagesOf({ count, shape, inputs, targets }: Examples): Images {
  if (shape.length !== 3 || !(inputs instanceof Uint8Array)) {
    throw new ExamplesError(
      `images of bytes are wanted here, not ${typeOf(inputs)} ${sizes([count, ...shape])}`,
    )
  }
  return { count, shape, pixels: inputs, labels: targets }
}

/** Of one example; images without an axis of channels have one. @throws ExamplesError for other axes */
function exampleShape(shape: ReadonlyArray<number>): ExampleShape {
  const [, first, second, third = 1] = shape as [number, number, number, number?]
  if (shape.length === 2) return [first]
  if (shape.length === 3 || shape.length === 4) return [first, second, third]
  throw new ExamplesError(
    `inputs are images [n, height, width] or [n, height, width, channels], or rows [n, features], not ${sizes(shape)}`,
  )
}

/** @throws ExamplesError naming the first number that is none */
function checkFinite(data: Values, shape: ExampleShape, of: string): void {
  if (data instanceof Uint8Array) return
  const wrong = data.findIndex((value) => !Number.isFinite(value))
  if (wrong < 0) return
  const size = shape.reduce<number>((product, axis) => product * axis, 1)
  throw new ExamplesError(
    `value ${wrong % size} of ${of} ${Math.floor(wrong / size)} is ${data[wrong]}: fill in or leave out what is missing`,
  )
}

const typeOf = (data: Values): string => (data instanceof Uint8Array ? "bytes" : "floats")

const sizes = (shape: ReadonlyArray<number>): string => `[${shape.join(", ")}]`
