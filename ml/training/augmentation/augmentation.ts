// Images of training batches changed at random, seeded like masks of dropout: the same whoever computes, and after a pause. It knows
// neither labels nor networks.
import * as Schema from "effect/Schema"
import type { Values } from "../../data/examples.ts"
import { declared } from "../../layers/parts/fields.ts"
import type { Moment } from "../../layers/parts/moment.ts"
import { type Shape, sizeOf } from "../../layers/parts/shape.ts"
import { extend, generator, seedOf } from "../../statistics/random.ts"
import { Crop, crop } from "./crop.ts"
import { Flip, flip } from "./flip.ts"
import type { ImageShape, Move } from "./move.ts"
import { Rotate, rotate } from "./rotate.ts"

export const Augmentation = /* @__PURE__ */ declared(() => Schema.Union(Flip, Crop, Rotate))
export type Augmentation = typeof Augmentation.Type

/** What of a trainer's options says how its images are changed. */
interface Augmenting {
  readonly inputShape: Shape
  readonly augmentation: ReadonlyArray<Augmentation>
  readonly seed: number
  readonly stream: string
}

/**
 * Changes the images of a shard, each by all moves in their order: `image` gives row `row`, `changed` takes it. Each move of each
 * image draws from a path of its own, so that one more move, or another probability, leaves what others draw alone.
 */
export type Augmenter = (
  moment: Moment,
  rows: number,
  image: (row: number) => Values,
  changed: (row: number) => Values,
) => void

/** Undefined where nothing is changed. */
export function augmenter({
  inputShape,
  augmentation,
  seed,
  stream: name,
}: Augmenting): Augmenter | undefined {
  if (augmentation.length === 0) return undefined
  const stream = seedOf(seed, name, "augmentation")
  const moves = augmentation.map((given, at) => ({
    move: moveOf(given),
    path: extend(stream, given.type, countBefore(augmentation, at)),
  }))
  const shape = inputShape as ImageShape
  const size = sizeOf(shape)
  const between = new Map<boolean, readonly [Values, Values]>()
  const roomFor = (like: Values): readonly [Values, Values] => {
    const isFloats = like instanceof Float32Array
    const room = (): Values => (isFloats ? new Float32Array(size) : new Uint8Array(size))
    const own = between.get(isFloats) ?? [room(), room()]
    between.set(isFloats, own)
    return own
  }
  return ({ epoch, step, shard }, rows, image, changed) => {
    for (let row = 0; row < rows; row++) {
      let from = image(row)
      for (const [at, { move, path }] of moves.entries()) {
        const to = roomFor(from)[at % 2]!
        move(from, shape, generator(extend(path, epoch, step, shard, row)), to)
        from = to
      }
      changed(row).set(from)
    }
  }
}

/** How many of the same kind come before. */
const countBefore = (all: ReadonlyArray<Augmentation>, at: number): number =>
  all.slice(0, at).filter(({ type }) => type === all[at]!.type).length

function moveOf(augmentation: Augmentation): Move {
  switch (augmentation.type) {
    case "flip":
      return flip(augmentation)
    case "crop":
      return crop(augmentation)
    case "rotate":
      return rotate(augmentation)
  }
}

/** Throws RangeError where examples are no images. */
export function checkAugmentation({
  augmentation,
  inputShape,
}: Pick<Augmenting, "augmentation" | "inputShape">): void {
  if (augmentation.length > 0 && inputShape.length !== 3)
    throw new RangeError(
      `augmentation (${augmentation.map(({ type }) => type).join(", ")}) moves images, and examples are rows of ${inputShape[0]} features: leave it out`,
    )
}
