// Dropout masks as docs/numerics.md draws them, in plain arithmetic; it knows no tensor library.
import { extend, generator, type Seed, xoshiro128 } from "../../statistics/random.ts"
import type { Moment } from "./moment.ts"

/** The seed of a layer's masks; `stream` is the seed of (seed, stream). */
export const maskSeed = (stream: Seed, layer: string): Seed => extend(stream, "dropout", layer)

/** The states of a mask's four generators: word `i` of generator `j` is number 4 · i + j. */
export function maskStates(seed: Seed, { epoch, step, shard }: Moment): ReadonlyArray<number> {
  const draws = generator(extend(seed, epoch, step, shard))
  return Array.from({ length: 16 }, () => draws.uint32())
}

/** A value is kept if what is drawn for it, below 2³², is not below this. */
export const threshold = (rate: number): number => Math.floor(rate * 0x100000000)

/** What a value that is kept is multiplied by. */
export const factor = (rate: number): number => Math.fround(1 / (1 - rate))

/** Writes the factors of `rows` rows of `width` values from `at` on; `seed` is that of the layer's masks. */
export function drawMask(
  seed: Seed,
  rate: number,
  moment: Moment,
  into: Float32Array,
  at: number,
  rows: number,
  width: number,
): void {
  const words = maskStates(seed, moment)
  const lanes = [0, 1, 2, 3].map((j) => xoshiro128([words[j]!, words[4 + j]!, words[8 + j]!, words[12 + j]!]))
  const [least, kept] = [threshold(rate), factor(rate)]
  const padded = Math.ceil(width / 4) * 4
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < padded; i++) {
      const isKept = lanes[i % 4]!.uint32() >= least
      if (i < width) into[at + row * width + i] = isKept ? kept : 0
    }
}
