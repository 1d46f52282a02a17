// The same filters at several times of a training, a row a time, on one scale; knows nothing of how they were trained.

import { ChartError, type ChartSpec } from "./chart-spec.ts"
import { largest, weightLegend } from "./filters.ts"
import { pixels } from "./grid.ts"
import { signedPicture } from "./picture.ts"
import { frames, pictureLayer } from "./picture-layer.ts"
import { COLOURS, type Heading, themed } from "./theme.ts"

interface FiltersOverTime extends Heading {
  /** In the order in which they are drawn. */
  readonly times: ReadonlyArray<{
    readonly name: string
    /** Row-major in `shape`. */
    readonly weights: Float32Array
  }>
  /** `[height, width, input channels, filters]`; of several channels the first is drawn. */
  readonly shape: readonly [number, number, number, number]
  /** At most so many filters, the first ones. */
  readonly most: number
}

const TILE = 72
const GAP = 10
const NAMES = 112
const CAPTION = 20

/**
 * White is 0; red and blue go to the largest weight, of either sign, of all times and all filters, also of those not drawn.
 *
 * @throws ChartError when there is no time, or weights have not the shape
 */
export const filtersOverTime = ({ title, subtitle, times, shape, most }: FiltersOverTime): ChartSpec => {
  const [height, width, channels, count] = shape
  if (times.length === 0) throw new ChartError("filters over time need at least one time")
  const wrong = times.find(({ weights }) => weights.length !== height * width * channels * count)
  if (wrong !== undefined)
    throw new ChartError(
      `filters of ${shape.join(" × ")} have other than ${wrong.weights.length} weights: "${wrong.name}"`,
    )
  const bound = largest(times.map(({ weights }) => weights))
  const drawn = Math.min(count, most)
  const scale = TILE / Math.max(height, width)
  const [across, down] = [width * scale, height * scale]
  const corner = (filter: number, time: number) => ({
    x: NAMES + filter * (across + GAP),
    y: CAPTION + time * (down + GAP),
  })
  const pictures = times.flatMap(({ weights }, time) =>
    Array.from({ length: drawn }, (_, filter) => ({
      ...corner(filter, time),
      ...{ width: across, height: down },
      url: signedPicture(
        Float32Array.from({ length: height * width }, (_, at) => weights[at * channels * count + filter]!),
        height,
        width,
        bound,
      ),
    })),
  )
  const end = corner(drawn, times.length)
  const text = (values: ReadonlyArray<ChartSpec>, look: ChartSpec): ChartSpec => ({
    data: { values: [...values] },
    mark: { type: "text", align: "left", ...look },
    encoding: { x: pixels("x"), y: pixels("y"), text: { field: "told", type: "nominal" } },
  })
  return themed(
    { title, subtitle },
    {
      width: end.x - GAP,
      height: end.y - GAP,
      layer: [
        pictureLayer(pictures),
        frames(pictures),
        text(
          times.map(({ name }, time) => ({ x: 0, y: corner(0, time).y + down / 2, told: name })),
          { baseline: "middle", limit: NAMES - 8 },
        ),
        text(
          Array.from({ length: drawn }, (_, filter) => ({
            ...corner(filter, 0),
            told: `filter ${filter + 1}`,
          })),
          { baseline: "bottom", dy: -4, color: COLOURS.muted },
        ),
        weightLegend(bound, end.y - GAP),
      ],
    },
  )
}
