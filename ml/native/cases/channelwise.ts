// Cases of layers that keep channels apart: additions, depth-wise convolutions, layer normalization.
import { type Pointer, stride } from "../../kernels/quantities.ts"
import type { Bench } from "../bench.ts"
import type { Cases } from "./cases.ts"

const channelsOf = (bench: Bench): number => bench.pick(1 + bench.below(9), 1 + bench.below(40))

function addition(bench: Bench): void {
  const vectors = bench.pick(bench.below(9), 1 + bench.below(60))
  const [a, b] = [bench.floats(vectors * 4), bench.floats(vectors * 4)]
  bench.call("addValues", a, b, bench.pick(a, b, bench.room(vectors * 16)), vectors)
}

function depthwise(bench: Bench): void {
  const [height, width, kernelHeight, kernelWidth] = [8, 8, 4, 4].map((end) => 1 + bench.below(end)) as [
    number,
    number,
    number,
    number,
  ]
  const [strideY, strideX] = [1 + bench.below(3), 1 + bench.below(3)]
  const [top, left] = [bench.below(kernelHeight), bench.below(kernelWidth)]
  const [channels, count] = [channelsOf(bench), bench.below(4)]
  const [outHeight, outWidth] = [1 + bench.below(4), 1 + bench.below(4)].map((most, i) =>
    Math.min(
      most,
      Math.floor(((i === 0 ? height + top : width + left) - 1) / (i === 0 ? strideY : strideX)) + 1,
    ),
  ) as [number, number]
  const taps = kernelHeight * kernelWidth * Math.ceil(channels / 4) * 4
  const imageStride = bench.apart(height * width * channels * 4)
  const outImage = bench.apart(outHeight * outWidth * channels * 4)
  const floats = (imageBytes: number): Pointer => bench.floats((Math.max(1, count) * imageBytes) / 4)
  const [x, out, filters, bias] = [
    floats(imageStride),
    floats(outImage),
    bench.floats(taps),
    bench.floats(channels),
  ]
  const window = [kernelHeight, kernelWidth, strideY, strideX, top, left] as const
  // biome-ignore format: one group of arguments a line
  bench.call("depthwiseForward",
    x, imageStride, count, height, width, channels,
    filters, bias, ...window,
    out, outImage, outHeight, outWidth)
  // biome-ignore format: one group of arguments a line
  bench.call("depthwiseFilterGradient",
    x, imageStride, count, height, width, channels,
    out, outImage, outHeight, outWidth,
    ...window, bench.room(taps * 4), bench.room(channels * 4))
  // biome-ignore format: one group of arguments a line
  bench.call("depthwiseInputGradient",
    out, outImage, count, outHeight, outWidth, channels,
    filters, ...window, x, imageStride, height, width)
}

function layerNormalization(bench: Bench): void {
  const [count, positions, channels] = [1 + bench.below(3), 1 + bench.below(6), channelsOf(bench)]
  const imageStride = stride(bench.apart(positions * channels * 4))
  const images = [count, imageStride, positions, channels] as const
  const map = (): Pointer => bench.floats(count * (imageStride / 4))
  const [x, gradient, scale, shift] = [map(), map(), bench.floats(channels), bench.floats(channels)]
  const [means, inverses] = [bench.room(count * 4), bench.room(count * 4)]
  // biome-ignore format: one group of arguments a line
  bench.call("layerNormalizationForward",
    x, ...images, bench.pick(1e-5, 0.1), scale, shift, means, inverses, map())
  // biome-ignore format: one group of arguments a line
  bench.call("layerNormalizationParameters",
    gradient, x, ...images, means, inverses, bench.room(channels * 4), bench.room(channels * 4))
  bench.call("layerNormalizationInput", gradient, x, ...images, means, inverses, scale, map())
}

export const channelwise: Cases = [
  [16, addition],
  [80, depthwise],
  [40, layerNormalization],
]
