// Images turned about their middle column, now and then: for things that have no left and right.
import * as Schema from "effect/Schema"
import { declared } from "../../layers/parts/fields.ts"
import type { Move } from "./move.ts"

export const Flip = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("flip"),
    /** How often: one in two if left out. */
    probability: Schema.optionalWith(Schema.Number.pipe(Schema.between(0, 1)), { exact: true }),
  }),
)

/** One draw. */
export const flip =
  ({ probability = 0.5 }: typeof Flip.Type): Move =>
  (from, [height, width, channels], draws, to) => {
    if (!(draws.uniform() < probability)) {
      to.set(from)
      return
    }
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++)
          to[(y * width + x) * channels + c] = from[(y * width + width - 1 - x) * channels + c]!
  }
