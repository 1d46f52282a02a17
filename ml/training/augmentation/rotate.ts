// Images turned by a small angle about their middle, between pixels in proportion; what comes in is zeros.
import * as Schema from "effect/Schema"
import { declared } from "../../layers/parts/fields.ts"
import { cos } from "../../statistics/mathematics/elementary.ts"
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
    const [across, down] = [cos(angle), cos(Math.PI / 2 - angle)]
    const [cy, cx] = [(height - 1) / 2, (width - 1) / 2]
    const up = to instanceof Uint8Array ? 0.5 : 0
    const valueAt = (y: number, x: number, c: number): number =>
      y >= 0 && y < height && x >= 0 && x < width ? from[(y * width + x) * channels + c]! : 0
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const [dy, dx] = [y - cy, x - cx]
        const [sy, sx] = [across * dy - down * dx + cy, across * dx + down * dy + cx]
        const [y0, x0] = [Math.floor(sy), Math.floor(sx)]
        const [fy, fx] = [sy - y0, sx - x0]
        for (let c = 0; c < channels; c++) {
          const above = (1 - fx) * valueAt(y0, x0, c) + fx * valueAt(y0, x0 + 1, c)
          const below = (1 - fx) * valueAt(y0 + 1, x0, c) + fx * valueAt(y0 + 1, x0 + 1, c)
          // Bytes are cut off on their way in.
          to[(y * width + x) * channels + c] = (1 - fy) * above + fy * below + up
        }
      }
  }
