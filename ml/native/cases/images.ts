// Cases of what goes over images channel by channel: pools, batch normalization, pixels.
import { type Pointer, stride } from "../../kernels/quantities.ts"
import type { Bench } from "../bench.ts"
import type { Cases } from "./cases.ts"

const channelsOf = (bench: Bench): number =>
  bench.pick(1 + bench.below(9), 1 + bench.below(40), 1 + bench.below(90))

function pools(bench: Bench): void {
  const [height, width] = [1 + bench.below(8), 1 + bench.below(8)]
  const channels = channelsOf(bench)
  const [windowHeight, windowWidth, strideY, strideX] = [1, 1, 1, 1].map(() => 1 + bench.below(3)) as [
    number,
    number,
    number,
    number,
  ]
  const [top, left] = [bench.below(windowHeight), bench.below(windowWidth)]
  const outHeight = Math.floor((height - 1 + top) / strideY) + 1
  const outWidth = Math.floor((width - 1 + left) / strideX) + 1
  const count = bench.below(4)
  const imageStride = bench.apart(height * width * channels * 4)
  const size = outHeight * outWidth * channels
  const outImage = bench.apart(size * 4)
  const x = bench.floats(Math.max(1, count) * (imageStride / 4))
  const [out, winners] = [
    bench.floats(Math.max(1, count) * (outImage / 4)),
    bench.room(Math.max(1, count) * outImage),
  ]
  // biome-ignore format: one group of arguments a line
  const [from, window, to] = [
    [imageStride, count, height, width, channels],
    [windowHeight, windowWidth, strideY, strideX, top, left],
    [outImage, outHeight, outWidth],
  ] as const
  bench.call("maxPoolForward", x, ...from, ...window, out, ...to, winners)
  bench.call("maxPoolBackward", out, winners, count, outImage, size, x)
  bench.call("averagePoolForward", x, ...from, ...window, out, ...to)
  bench.call(
    "averagePoolBackward",
    out,
    outImage,
    ...withoutStride(from),
    ...window,
    x,
    imageStride,
    outHeight,
    outWidth,
  )
}

const withoutStride = <A, B extends ReadonlyArray<unknown>>([, ...rest]: readonly [A, ...B]): B => rest

function normalization(bench: Bench): void {
  const [count, positions] = [1 + bench.below(4), 1 + bench.below(9)]
  const channels = channelsOf(bench)
  const imageStride = bench.apart(positions * channels * 4)
  const images = [count, imageStride, positions, channels] as const
  const map = (): Pointer => bench.floats(count * (imageStride / 4))
  const row = (): Pointer => bench.floats(channels)
  const [x, mean, inverse, scale, shift] = [map(), row(), row(), row(), row()] as const
  bench.call("batchStatistics", x, ...images, mean, inverse)
  const affine = [mean, inverse, scale, shift] as const
  const sums = bench.scratch(Math.ceil(channels / 4) * 64)
  for (const gradient of [map(), map()]) {
    const to = bench.perhaps(bench.pick(gradient, map()))
    // biome-ignore format: one group of arguments a line
    bench.call("batchNormalizationBackward",
      gradient, x, ...images,
      ...affine, bench.pick(0, 1), sums,
      row(), row(), to)
  }
  bench.call("batchNormalizationForward", x, ...images, ...affine, bench.pick(0, 1), bench.pick(x, map()))
}

function pixels(bench: Bench): void {
  const [height, rowLength] = [1 + bench.below(5), 1 + bench.below(30)]
  const count = bench.below(5)
  const rowStride = bench.apart(rowLength * 4)
  const imageStride = stride(height * rowStride + 16 * bench.below(3))
  const order = bench.words(Array.from({ length: count }, () => bench.below(7)))
  // biome-ignore format: one group of arguments a line
  bench.call("gatherPixels",
    bench.bytes(7 * height * rowLength), order, count, height, rowLength, 1 / 255,
    bench.room(Math.max(1, count) * imageStride), imageStride, rowStride)
}

export const images: Cases = [
  [80, pools],
  [80, normalization],
  [20, pixels],
]
