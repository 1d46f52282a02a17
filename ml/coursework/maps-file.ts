// Images, filters and the feature maps that they give as one safetensors file, with the labels in its metadata.
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from "../data/safetensors.ts"
import type { TensorData } from "../data/tensor.ts"

export interface Maps {
  /** Grey, 0 to 255. */
  readonly images: ReadonlyArray<{ readonly label: string; readonly values: Uint8Array }>
  /** Height and width of an image, in pixels. */
  readonly imageSize: readonly [number, number]
  /** One label a filter. */
  readonly filters: ReadonlyArray<string>
  /** `[height, width, 1, filters]`. */
  readonly kernelShape: ReadonlyArray<number>
  readonly kernel: Float32Array
  /** The largest weight of the layer, of either sign and of all its filters, also of those that are not here. */
  readonly largestWeight: number
  /** `[height, width, filters]` of an image's maps. */
  readonly mapShape: ReadonlyArray<number>
  /** images × that shape, row-major. */
  readonly maps: Float32Array
}

export function encodeMaps(given: Maps) {
  const { images, imageSize, filters, kernelShape, kernel, largestWeight, mapShape, maps } = given

  const area = imageSize[0] * imageSize[1]
  const pixels = new Uint8Array(images.length * area)
  for (const [at, { values }] of images.entries()) pixels.set(values, at * area)
  return encodeSafetensors(
    {
      images: { shape: [images.length, ...imageSize], data: pixels },
      kernel: { shape: kernelShape, data: kernel },
      maps: { shape: [images.length, ...mapShape], data: maps },
    },
    {
      images: JSON.stringify(images.map(({ label }) => label)),
      filters: JSON.stringify(filters),
      largestWeight: JSON.stringify(largestWeight),
    },
  )
}

/** @throws SafetensorsError when the bytes are no maps that `encodeMaps` wrote */
export function decodeMaps(bytes: Uint8Array): Maps {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const tensor = <D extends TensorData>(name: string): { shape: ReadonlyArray<number>; data: D } => {
    const found = tensors[name]
    if (found === undefined) throw new SafetensorsError(`these are no feature maps: "${name}" is missing`)
    return found as { shape: ReadonlyArray<number>; data: D }
  }
  const labels = (name: string): ReadonlyArray<string> => JSON.parse(metadata[name] ?? "[]")
  const [images, kernel, maps] = [
    tensor<Uint8Array>("images"),
    tensor<Float32Array>("kernel"),
    tensor<Float32Array>("maps"),
  ]
  const [, height, width] = images.shape as [number, number, number]
  const area = height * width
  return {
    images: labels("images").map((label, at) => ({
      label,
      values: images.data.subarray(at * area, (at + 1) * area),
    })),
    imageSize: [height, width],
    filters: labels("filters"),
    kernelShape: kernel.shape,
    kernel: kernel.data,
    largestWeight: JSON.parse(metadata.largestWeight ?? "0"),
    mapShape: maps.shape.slice(1),
    maps: maps.data,
  }
}
