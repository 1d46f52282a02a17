/** Dropout on the kernels, with masks seeded by layer name, epoch, step and shard; it knows no neighbour. */

import { VECTOR } from "../kernels/quantities.ts"
import { extend, generator } from "../statistics/random.ts"
import { type Activations, activations, type Moment, type Site, type Unit } from "./unit.ts"

/** `rate` is above zero: at zero there is no unit. */
export function dropoutUnit(site: Site, name: string, rate: number, input: Activations): Unit {
  const { kernels, arena } = site
  const output = activations(site, input.size, true)
  const { values, rowBytes } = output
  const perRow = rowBytes / VECTOR
  const mask = arena.allocate(site.rows * rowBytes, "masks")
  const states = arena.allocate(64)
  const threshold = Math.floor(rate * 0x100000000)
  const scale = Math.fround(1 / (1 - rate))
  const seed = extend(site.stream, "dropout", name)
  const start = ({ epoch, step, shard }: Moment): void => {
    const draws = generator(extend(seed, epoch, step, shard))
    for (let i = 0; i < 16; i++) arena.u32[states / 4 + i] = draws.uint32()
  }
  return {
    output,
    forward: (rows, training) => {
      if (training === undefined) {
        // All rows are one piece.
        // biome-ignore format: one group of arguments a line
        kernels.copyRows(
          input.values, rowBytes, rowBytes, values, rowBytes, rowBytes,
          1, 1, rows * rowBytes)
      } else {
        start(training)
        kernels.dropoutForward(input.values, values, mask, rows * perRow, states, threshold, scale)
      }
    },
    backward: (rows) => {
      if (input.gradient === 0) return
      kernels.dropoutBackward(output.gradient, mask, input.gradient, rows * perRow)
    },
  }
}
