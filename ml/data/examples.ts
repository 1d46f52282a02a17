// Labelled images, from the bytes of an IDX pair; knows nothing of files or of how the data are split.

import { decodeIdx } from "./idx.ts"

/** Images and their labels, pixels kept as bytes. */
export interface Examples {
  readonly count: number
  /** Pixels. */
  readonly height: number
  /** Pixels. */
  readonly width: number
  /** `count × height × width` grey values, 0 to 255; a view of the bytes given. */
  readonly pixels: Uint8Array
  /** `count` class numbers, each below the number of classes; a view of the bytes given. */
  readonly labels: Uint8Array
}

export class ExamplesError extends Error {
  readonly _tag = "ExamplesError"

  constructor(message: string) {
    super(message)
    this.name = "ExamplesError"
  }
}

/**
 * Decodes an image file (IDX of rank 3) and its label file (rank 1) and checks that they belong together.
 *
 * @param images  decompressed bytes of the image file
 * @param labels  decompressed bytes of the label file
 * @param classes how many classes there are; labels are 0 to `classes - 1`
 * @throws IdxError when either is not the IDX that it should be
 * @throws ExamplesError when the counts differ, or a label is not below `classes`
 */
export const decodeExamples = (images: Uint8Array, labels: Uint8Array, classes: number): Examples => {
  const pixels = decodeIdx(images, 3)
  const marks = decodeLabels(labels, classes)
  const [count, height, width] = pixels.shape as [number, number, number]
  if (marks.length !== count) {
    throw new ExamplesError(`every image needs one label: found ${count} images and ${marks.length} labels`)
  }
  return { count, height, width, pixels: pixels.data, labels: marks }
}

/**
 * Decodes a label file alone, for whoever splits data without looking at the images.
 *
 * @returns one class number an example, a view of the bytes given
 * @throws IdxError when the bytes are not IDX of rank 1
 * @throws ExamplesError when a label is not below `classes`
 */
export const decodeLabels = (bytes: Uint8Array, classes: number): Uint8Array => {
  const { data } = decodeIdx(bytes, 1)
  const wrong = data.findIndex((label) => label >= classes)
  if (wrong >= 0) {
    throw new ExamplesError(
      `label ${wrong} is ${data[wrong]}: with ${classes} classes it must be below ${classes}`,
    )
  }
  return data
}
