// That pictures of the same filters can be compared: one scale in each of them.
import t from "tap"
import type { ChartSpec } from "../../../ml/charts/chart-spec.ts"
import { featureMapsChart } from "../../../ml/charts/feature-maps.ts"
import { filters } from "../../../ml/charts/filters.ts"
import { filtersOverTime } from "../../../ml/charts/filters-over-time.ts"
import { signedPicture } from "../../../ml/charts/picture.ts"
import { renderSvg } from "../../../ml/charts/render.ts"
import { decodeMaps, encodeMaps } from "../../../ml/coursework/maps-file.ts"
import { firstFilters } from "../../../stages/describe/maps.ts"

const heading = { title: "A title", subtitle: "What one sees." }
/** Three filters of 1 × 2; the largest weight is the last one's. */
const weights = Float32Array.of(1, -2, 8, 0.5, 1, -16)
const shape = [1, 2, 1, 3] as const
const urls = (spec: ChartSpec): ReadonlyArray<string> =>
  (
    spec as { layer: ReadonlyArray<{ data: { values: ReadonlyArray<{ url: string }> } }> }
  ).layer[0]!.data.values.map(({ url }) => url)
const first = (bound: number) => signedPicture([1, 0.5], 1, 2, bound)

t.test("filters have one scale in both pictures, also where one shows fewer of them", async (t) => {
  const maps = firstFilters(
    {
      images: [{ label: "a shoe", values: Uint8Array.of(0, 255) }],
      imageSize: [1, 2],
      filters: ["f1", "f2", "f3"],
      ...{ kernelShape: shape, kernel: weights, largestWeight: 16 },
      ...{ mapShape: [1, 1, 3], maps: Float32Array.of(1, 2, 3) },
    },
    2,
  )
  const beside = decodeMaps(encodeMaps(maps))
  t.equal(beside.largestWeight, 16)
  const one = featureMapsChart({ ...heading, ...beside, filterScale: "one" })
  t.equal(urls(one)[1], first(16), "the first filter, after the image")
  const domain = '"domain":[-16,-8,0,8,16]'
  t.match(JSON.stringify(one), domain)
  t.match(JSON.stringify(filters({ ...heading, shape, weights })), domain)
  t.equal(urls(featureMapsChart({ ...heading, ...beside, filterScale: "each" }))[1], first(1))
})

t.test("filters over time have one scale over all times, and a row a time", async (t) => {
  const times = [
    { name: "before training", weights: weights.map((weight) => weight / 4) },
    { name: "the model", weights },
  ]
  const spec = filtersOverTime({ ...heading, shape, times, most: 2 })
  t.equal(urls(spec).length, 4)
  t.equal(urls(spec)[2], first(16))
  t.equal(urls(spec)[0], signedPicture([0.25, 0.125], 1, 2, 16))
  const svg = await renderSvg(spec)
  for (const told of ["before training", "the model", "filter 2"]) t.ok(svg.includes(`>${told}<`), told)
  t.notOk(svg.includes(">filter 3<"))
  t.throws(
    () =>
      filtersOverTime({ ...heading, shape, times: [{ name: "a", weights: Float32Array.of(1) }], most: 1 }),
    {
      message: /other than 1 weights: "a"/,
    },
  )
  t.throws(() => filtersOverTime({ ...heading, shape, times: [], most: 1 }), { message: /at least one time/ })
})
