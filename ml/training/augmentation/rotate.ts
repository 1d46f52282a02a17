// Images turned by a small angle about their middle, between pixels in proportion; what comes in is zeros.
import * as Schema from "effect/Schema"
import { declared } from "../../layers/parts/fields.ts"
import { cos, sin } from "../../statistics/mathematics/elementary.ts"
import type { Move } from "./move.ts"

export const Rotate = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("rotate"),
    /** By so many degrees at the most, either way. */
    degrees: Schema.Number.pipe(Schema.greaterThan(0), Schema.lessThanOrEqualTo(180)),
  }),
)

/** One draw, of the angle. Arithmetic is float64; a byte is the nearest whole number, a half up. */
export const rotate =
  ({ degrees }: typeof Rotate.Type): Move =>
  (from, [height, width, channels], draws, to) => {
    const angle = ((2 * draws.uniform() - 1) * degrees * Math.PI) / 180
    const [across, down] = [cos(angle), sin(angle)]
    const [cy, cx] = [(height - 1) / 2, (width - 1) / 2]
    const up = to instanceof Uint8Array ? 0.5 : 0
    const row = width * channels
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const sy = across * (y - cy) - down * (x - cx) + cy
        const sx = across * (x - cx) + down * (y - cy) + cx
        const y0 = Math.floor(sy)
        const x0 = Math.floor(sx)
        const fy = sy - y0
        const fx = sx - x0
        const isTop = y0 >= 0 && y0 < height
        const isBottom = y0 >= -1 && y0 < height - 1
        const isLeft = x0 >= 0 && x0 < width
        const isRight = x0 >= -1 && x0 < width - 1
        const first = y0 * row + x0 * channels
        const last = (y * width + x) * channels
        for (let c = 0; c < channels; c++) {
          const at = first + c
          const above =
            (1 - fx) * (isTop && isLeft ? from[at]! : 0) + fx * (isTop && isRight ? from[at + channels]! : 0)
          const below =
            (1 - fx) * (isBottom && isLeft ? from[at + row]! : 0) +
            fx * (isBottom && isRight ? from[at + row + channels]! : 0)
          // Bytes are cut off on their way in.
          to[last + c] = (1 - fy) * above + fy * below + up
        }
      }
  }
