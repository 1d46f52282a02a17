// Dropout masks as docs/numerics.md draws them, in plain arithmetic; it knows no tensor library.
import { extend, generator, type Seed, xoshiro128 } from "../../statistics/random.ts"
import type { Moment } from "./moment.ts"

/**
 * Writes the factors of `rows` rows of `width` values from `at` on: 0, or fround(1 / (1 − rate)). `seed` is that of
 * (seed, stream, "dropout", layer name).
 */
export function drawMask(
  seed: Seed,
  rate: number,
  { epoch, step, shard }: Moment,
  into: Float32Array,
  at: number,
  rows: number,
  width: number,
): void {
  const draws = generator(extend(seed, epoch, step, shard))
  const words = Array.from({ length: 16 }, () => draws.uint32())
  const lanes = [0, 1, 2, 3].map((j) => xoshiro128([words[j]!, words[4 + j]!, words[8 + j]!, words[12 + j]!]))
  const threshold = Math.floor(rate * 0x100000000)
  const scale = Math.fround(1 / (1 - rate))
  const padded = Math.ceil(width / 4) * 4
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < padded; i++) {
      const kept = lanes[i % 4]!.uint32() >= threshold
      if (i < width) into[at + row * width + i] = kept ? scale : 0
    }
}
