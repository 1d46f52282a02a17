// Kernels whose lanes hold channels, where channels do not fill the last vector, and with NaN, ties and −0.
import fc from "fast-check"
import { test } from "tap"
import type { Arena } from "../../../ml/kernels/arena.ts"
import { at, type Pointer, rowOf, stride } from "../../../ml/kernels/quantities.ts"
import { count } from "../../counts.ts"
import { freshKernels, noise } from "../support/harness.ts"

const dimension = fc.integer({ min: 1, max: 9 })
const images = 2

/** Few values, so that many are equal, with −0 and NaN among them if `odd`. */
const few = (length: number, seed: number, name: string, odd: boolean): Float32Array =>
  noise(length, seed, 0, name).map((value) => {
    if (odd && value > 0.95) return Number.NaN
    return odd && value < -0.9 ? -0 : Math.round(value * 2)
  })

const placed = (arena: Arena, values: Float32Array): Pointer => {
  const place = arena.allocate(values.byteLength)
  arena.floats(place, values.length).set(values)
  return place
}

test("a window's maximum is its first largest value or its last NaN, however many channels there are", async () => {
  const pools = fc.record({
    shape: fc.tuple(dimension, dimension, fc.integer({ min: 1, max: 11 })),
    window: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    odd: fc.boolean(),
    seed: fc.nat(),
  })
  fc.assert(
    fc.property(pools, ({ shape: [height, width, channels], window, strides, odd, seed }) => {
      const { kernels, arena } = freshKernels()
      const [wh, ww] = [Math.min(window[0], height), Math.min(window[1], width)]
      // A margin of less than a window before, whatever is needed behind.
      const [top, left] = [wh >> 1, ww >> 1]
      const [outHeight, outWidth] = [
        Math.max(1, Math.floor((height + top) / strides[0])),
        Math.max(1, Math.floor((width + left) / strides[1])),
      ] as const
      const size = height * width * channels
      const values = few(images * size, seed, "x", odd)
      const x = placed(arena, values)
      const outSize = outHeight * outWidth * channels
      const [out, winners] = [arena.allocate(images * outSize * 4), arena.allocate(images * outSize * 4)]
      // biome-ignore format: one group of arguments a line
      kernels.maxPoolForward(
        x, stride(size * 4), images, height, width, channels,
        wh, ww, ...strides, top, left,
        out, stride(outSize * 4), outHeight, outWidth, winners)
      const expected: Array<number> = []
      for (let n = 0; n < images; n++)
        for (let py = 0; py < outHeight; py++)
          for (let px = 0; px < outWidth; px++)
            for (let c = 0; c < channels; c++) {
              let best = -1
              for (let y = py * strides[0] - top; y < py * strides[0] - top + wh; y++)
                for (let i = px * strides[1] - left; i < px * strides[1] - left + ww; i++) {
                  if (y < 0 || y >= height || i < 0 || i >= width) continue
                  const place = n * size + (y * width + i) * channels + c
                  const value = values[place]!
                  if (best < 0 || value > values[best]! || Number.isNaN(value)) best = place
                }
              expected.push(best)
            }
      const won = arena.words(winners, images * outSize)
      const found = arena.floats(out, images * outSize)
      return expected.every((place, i) => won[i] === place * 4 && Object.is(found[i], values[place]))
    }),
    { numRuns: count(60, 3_000) },
  )
})

test("a normalization with its relu gives the bits of one after the other, forward and backward", async () => {
  const normalizations = fc.record({
    positions: fc.integer({ min: 1, max: 20 }),
    channels: fc.integer({ min: 1, max: 21 }),
    isAsked: fc.boolean(),
    odd: fc.boolean(),
    seed: fc.nat(),
  })
  fc.assert(
    fc.property(normalizations, ({ positions, channels, isAsked, odd, seed }) => {
      const { kernels, arena } = freshKernels()
      const size = positions * channels
      const image = rowOf(size)
      const total = (images * image) / 4
      const perChannel = (name: string) => placed(arena, noise(channels, seed, 5, name))
      const x = placed(arena, few(total, seed, "x", odd))
      const gradient = placed(arena, few(total, seed, "gradient", odd))
      const [mean, inverse, scale, shift] = ["mean", "inverse", "scale", "shift"].map(perChannel) as [
        Pointer,
        Pointer,
        Pointer,
        Pointer,
      ]
      const room = (floats = total) => arena.allocate(floats * 4)
      const pass = (isOne: boolean) => {
        const [normal, out, stopped, to] = [room(), room(), room(), isAsked ? room() : 0] as const
        const [scaleGradient, shiftGradient] = [room(channels), room(channels)]
        // biome-ignore format: one group of arguments a line
        kernels.batchNormalizationForward(
          x, images, image, positions, channels, mean, inverse, scale, shift, isOne ? 1 : 0, isOne ? out : normal)
        if (!isOne) {
          kernels.reluForward(normal, out, total / 4)
          kernels.reluBackward(gradient, out, stopped, total / 4)
        }
        // biome-ignore format: one group of arguments a line
        kernels.batchNormalizationBackward(
          isOne ? gradient : stopped, x, images, image, positions, channels,
          mean, inverse, scale, shift, isOne ? 1 : 0, room(4 * channels + 16), scaleGradient, shiftGradient, to)
        const rows = [out, ...(to === 0 ? [] : [to])].flatMap((place) =>
          Array.from({ length: images }, (_, n) => [...arena.floats(at(place, n * image), size)]),
        )
        const sums = [scaleGradient, shiftGradient].map((place) => [...arena.floats(place, channels)])
        // What pads a row, and what lies behind the last channel, is nobody's to write.
        const beyond = arena.floats(at(scaleGradient, channels * 4), 4).every((value) => value === 0)
        return { values: [...rows, ...sums].flat(), beyond }
      }
      const [one, two] = [pass(true), pass(false)]
      return one.beyond && one.values.every((value, i) => Object.is(value, two.values[i]))
    }),
    { numRuns: count(60, 3_000) },
  )
})
