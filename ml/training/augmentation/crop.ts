// Images cut out, in their own size, somewhere within themselves and margins of zeros: moved by some pixels.
import * as Schema from "effect/Schema"
import { Count, declared } from "../../layers/parts/fields.ts"
import type { Move } from "./move.ts"

export const Crop = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("crop"),
    /** Pixels of zeros around the image. */
    padding: Count,
  }),
)

/** Two draws: rows, then columns, each place as likely (https://arxiv.org/abs/1512.03385, section 4.2). */
export const crop =
  ({ padding }: typeof Crop.Type): Move =>
  (from, [height, width, channels], draws, to) => {
    const down = draws.below(2 * padding + 1) - padding
    const right = draws.below(2 * padding + 1) - padding
    const row = width * channels
    const [first, last] = [Math.max(0, -right), Math.min(width, width - right)]
    to.fill(0)
    for (let y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
      const source = (y + down) * row
      if (first < last)
        to.set(
          from.subarray(source + (first + right) * channels, source + (last + right) * channels),
          y * row + first * channels,
        )
    }
  }
