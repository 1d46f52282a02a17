// What a band says: mean and standard error, or range, of repeated values at each place; where there is none.
import t from "tap"
import { renderSvg } from "../../../ml/charts/render.ts"
import { bandChart } from "../../../ml/charts/value-band.ts"

const heading = { title: "A title", subtitle: "What one sees.", x: "Images", y: "Accuracy" }
const line = (name: string, ...places: ReadonlyArray<readonly [number, ReadonlyArray<number>]>) => ({
  name,
  points: places.map(([at, values]) => ({ at, values })),
})
const values = (lines: Parameters<typeof bandChart>[0]["lines"], band: "standard-error" | "range") =>
  (bandChart({ ...heading, lines, band }) as unknown as { data: { values: ReadonlyArray<object> } }).data
    .values

t.test(
  "a band is one standard error around the mean, or reaches from the least to the largest",
  async (t) => {
    const lines = [line("a", [2, [3, 1]], [1, [1, 2, 6]])]
    const se = Math.sqrt(7 / 3)
    t.match(values(lines, "standard-error"), [
      { at: 1, n: 3, mean: 3, low: 3 - se, high: 3 + se },
      { at: 2, n: 2, mean: 2, low: 1, high: 3 },
    ])
    t.match(values(lines, "range"), [
      { at: 1, mean: 3, low: 1, high: 6 },
      { at: 2, mean: 2, low: 1, high: 3 },
    ])
  },
)

t.test("a single value has no band, and none goes on across it", async (t) => {
  const lines = [line("a", [1, [1, 2]], [2, [1, 2]], [3, [1]], [4, [1, 2]])]
  t.match(values(lines, "range"), [
    { run: 0, isAlone: false },
    { run: 0, isAlone: false },
    { low: null, high: null, run: null },
    { run: 1, isAlone: true },
  ])
  const svg = await renderSvg(bandChart({ ...heading, lines, band: "range" }))
  t.equal(svg.match(/aria-roledescription="area mark"/g)?.length, 2)
  t.equal(await renderSvg(bandChart({ ...heading, lines, band: "range" })), svg)
})

t.test("what no band can be made of is refused", async (t) => {
  t.throws(() => values([], "range"), /at least one line/)
  t.throws(() => values([line("a")], "range"), /the line "a" has no point/)
  t.throws(() => values([line("a", [1, [1]], [1, [2]])], "range"), /at 1 twice/)
  t.throws(() => values([line("a", [Number.NaN, [1]])], "range"), /finite number/)
  t.throws(() => values([line("a", [1, []])], "range"), /no values/)
})
