// The images of a shard, changed at random, beside those that were attached; it knows nothing of what changes them.
import type { Values } from "../data/examples.ts"
import type { Arena } from "../kernels/arena.ts"
import { at, type Count, FLOAT, type Pointer } from "../kernels/quantities.ts"
import type { Moment } from "../layers/parts/moment.ts"
import { sizeOf } from "../layers/parts/shape.ts"
import { augmenter } from "../training/augmentation/augmentation.ts"
import type { TrainerOptions } from "../training/trainer.ts"
import type { Inputs } from "./attached.ts"

/** Gives the changed images, and the order in which they lie. */
export type BatchAugmenter = (
  from: Inputs,
  order: Pointer,
  count: Count,
  moment: Moment,
) => { readonly from: Inputs; readonly order: Pointer }

/** For shards of so many rows at the most; undefined where nothing is changed. */
export function batchAugmenter(
  arena: Arena,
  options: Required<TrainerOptions>,
  rows: Count,
): BatchAugmenter | undefined {
  const augment = augmenter(options)
  if (augment === undefined) return undefined
  const size = sizeOf(options.inputShape)
  const room = arena.allocate(rows * size * FLOAT, "input")
  const places = arena.allocate(rows * 4)
  for (let row = 0; row < rows; row++) arena.u32[places / 4 + row] = row
  return ({ inputs, areFloats }, order, count, moment) => {
    const bytes = size * (areFloats === 0 ? 1 : FLOAT)
    const example = (from: Pointer, number: number): Values =>
      areFloats === 0
        ? arena.bytes(at(from, number * bytes), size)
        : arena.floats(at(from, number * bytes), size)
    const { u32 } = arena
    augment(
      moment,
      count,
      (row) => example(inputs, u32[order / 4 + row]!),
      (row) => example(room, row),
    )
    return { from: { inputs: room, areFloats }, order: places }
  }
}
