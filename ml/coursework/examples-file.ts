// Chosen images with what a classifier said of them, as one safetensors file; it knows nothing of how they were chosen.
import type { Images } from "../data/examples.ts"
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from "../data/safetensors.ts"
import type { TensorData } from "../data/tensor.ts"
import type { ClassExamples, Said } from "./telling-examples.ts"

export interface ChosenExample {
  /** Its place in the data. */
  readonly at: number
  /** Class numbers. */
  readonly label: number
  readonly predicted: number
  /** Of the predicted class, 0 to 1. */
  readonly probability: number
  /** `imageSize × channels`, 0 to 255, row-major. */
  readonly pixels: Uint8Array
}

export interface ChosenExamples {
  /** Height and width of an image, in pixels. */
  readonly imageSize: readonly [number, number]
  /** Values a pixel: 1 is grey. */
  readonly channels: number
  /** Class numbers, in the order in which they are shown; of a class there may be no example. */
  readonly classes: ReadonlyArray<number>
  readonly examples: ReadonlyArray<ChosenExample>
}

export function encodeChosen(
  { pixels, shape }: Pick<Images, "pixels" | "shape">,
  said: Said,
  chosen: ReadonlyArray<ClassExamples>,
): Uint8Array {
  const rows = chosen.flatMap(({ examples }) => examples)
  const [height, width, channels] = shape
  const size = height * width * channels
  const images = new Uint8Array(rows.length * size)
  for (const [at, row] of rows.entries()) images.set(pixels.subarray(row * size, (row + 1) * size), at * size)
  const column = (data: TensorData) => ({ shape: [data.length], data })
  return encodeSafetensors({
    images: { shape: [rows.length, height, width, ...(channels === 1 ? [] : [channels])], data: images },
    at: column(Uint32Array.from(rows)),
    label: column(Uint8Array.from(rows, (row) => said.labels[row]!)),
    predicted: column(Uint8Array.from(rows, (row) => said.predicted[row]!)),
    probability: column(Float32Array.from(rows, (row) => said.probabilities[row]!)),
    classes: column(Uint8Array.from(chosen, (one) => one.class)),
  })
}

/** @throws SafetensorsError when the bytes are not what `encodeChosen` wrote */
export function decodeChosen(bytes: Uint8Array): ChosenExamples {
  const { tensors } = decodeSafetensors(bytes)
  const tensor = (name: string) => {
    const found = tensors[name]
    if (found === undefined) throw new SafetensorsError(`these are no chosen examples: "${name}" is missing`)
    return found
  }
  const images = tensor("images")
  const [count, height, width, channels = 1] = images.shape as [number, number, number, number?]
  const size = height * width * channels
  const [at, label, predicted, probability] = ["at", "label", "predicted", "probability"].map(
    (name) => tensor(name).data,
  )
  return {
    imageSize: [height, width],
    channels,
    classes: Array.from(tensor("classes").data),
    examples: Array.from({ length: count }, (_, i) => ({
      at: at![i]!,
      label: label![i]!,
      predicted: predicted![i]!,
      probability: probability![i]!,
      pixels: images.data.subarray(i * size, (i + 1) * size) as Uint8Array,
    })),
  }
}
