// The page's groups: a table and charts for each axis, bounded whatever the grid, and every number of a chart is there.
import t from "tap"
import { atOnce } from "../../../engine/content/steps.ts"
import { cellOf, cellsOf, mostMeasured } from "../../../engine/report/groups/cells.ts"
import { bandChart } from "../../../engine/report/page/band-chart.ts"
import { groups } from "../../../engine/report/page/groups.ts"
import { page } from "../../../engine/report/page/page.ts"
import { count } from "../../counts.ts"
import { bareRun } from "../support/bare-run.ts"

const rowsOf = (own: number, series: ReadonlyArray<number>, metrics = ["loss"]) => [
  { step: -1, name: "metrics.score", value: own },
  ...series.flatMap((value, i) => metrics.map((name) => ({ step: i + 1, name, value }))),
]
const measured = (
  cells: ReadonlyArray<readonly [string, ReadonlyArray<{ step: number; name: string; value: number }>]>,
) => ({
  cells: cells.map(([label, rows]) => cellOf(label, label.split("@")[0]!, rows)),
  hasSeries: true,
})
const textOf = (markup: string): string => markup.replace(/<[^>]*>/g, " ").replace(/[\s\u00a0]+/g, " ")

t.test(
  "each axis has its table and its charts, a line for each place; a run without a grid has none of it",
  async (t) => {
    const { markup } = groups(
      measured(
        [0, 0.5].flatMap((rate) =>
          [1, 2, 3].map(
            (seed) => [`fit@rate=${rate}+seed=${seed}`, rowsOf(seed + rate, [2, 1, rate])] as const,
          ),
        ),
      ),
    )
    t.equal([...markup.matchAll(/<details/g)].length, 2)
    t.equal([...markup.matchAll(/<details open/g)].length, 1)
    t.match(
      textOf(markup),
      /fit by rate 6 cells, over seed rate n score 0 3 2\.00 ± 0\.58 0\.5 3 2\.50 ± 0\.58 Last step rate n loss 0 3 0\.0000 ± 0\.0000 0\.5 3 0\.5000/,
    )
    t.match(textOf(markup), /s\/√n/)
    const charts = [...markup.matchAll(/<svg.*?<\/svg>/gs)].map(([svg]) => svg)
    t.same(
      charts.map((svg) => [...svg.matchAll(/class="mean line-\d"/g)].length),
      [2, 3],
    )
    t.notMatch(markup, /<script|https?:|style=/)
    t.equal(
      groups(
        measured([
          ["fit@seed=1", rowsOf(1, [1, 2])],
          ["test", rowsOf(1, [])],
        ]),
      ).markup,
      "",
    )
    t.equal(groups({ cells: [], hasSeries: true }).markup, "")
  },
)

t.test(
  "on a single axis all of it comes first: the mean over seeds, and its curve with its band",
  async (t) => {
    const { markup } = groups(
      measured([1, 2, 3].map((seed) => [`fit@seed=${seed}`, rowsOf(seed, [seed, seed * 2])] as const)),
    )
    t.match(textOf(markup), /^ By axis fit 3 cells, over seed n score 3 2\.00 ± 0\.58 /)
    const [all, each] = [...markup.matchAll(/<svg.*?<\/svg>/gs)].map(([svg]) => svg)
    t.equal([...all!.matchAll(/class="band/g)].length, 1)
    t.equal([...each!.matchAll(/class="band/g)].length, 0, "a single seed has no band")
  },
)

t.test("a line is dashed from where fewer are left, and what has but one step is a dot", async (t) => {
  const point = (step: number, n: number) => ({ step, mean: step, se: n === 1 ? null : 0.1, n })
  const { markup } = bandChart(
    "loss",
    ["rate"],
    [{ name: "rate 0", points: [point(1, 3), point(2, 3), point(3, 2), point(4, 1)] }],
  )
  const paths = [...markup.matchAll(/<path class="([^"]*)" d="([^"]*)"/g)].filter(
    ([, name]) => name !== "grid",
  )
  t.same(
    paths.map(([, name, d]) => [name, d!.match(/[MLZ]/g)!.join("")]),
    [
      ["band line-0", "MLLLLLZ"],
      ["mean line-0", "ML"],
      ["mean fewer line-0", "MLL"],
    ],
  )
  const dot = bandChart("loss", [], [{ name: "", points: [point(7, 1)] }]).markup
  t.match(dot, /class="mean line-0" d="M[\d.]+ [\d.]+h0"/)
})

t.test("numbers of any size and names of any text are drawn within the picture, and escaped", async (t) => {
  const values = [
    [0, 0],
    [1e300, -1e300],
    [5e-324, 0],
    [1e9, 1e9 + 1],
    [-3, -3],
    [1.7e308, -1.7e308],
  ]
  for (const pair of values) {
    const points = pair.map((mean, i) => ({ step: i * 10, mean, se: 0, n: 2 }))
    const { markup } = bandChart(`<b>"&'\u202e`, [`<i>`], [{ name: "<u>", points }])
    t.notMatch(markup, /NaN|Infinity|undefined|<b>|<i>|<u>|\u202e/, pair.join())
    for (const [, x, y] of markup.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g))
      t.ok(Number(x) >= 46 && Number(x) <= 392 && Number(y) >= 10 && Number(y) <= 204, `${x} ${y}`)
  }
})

t.test("a page of 20,000 cells with curves is under a megabyte, and names what it leaves out", async (t) => {
  const size = count(1000, 20_000)
  const metrics = Array.from({ length: 9 }, (_, i) => `metric ${i}`)
  const steps = Array.from({ length: 30 }, (_, i) => Math.sin(i))
  const tasks = Array.from({ length: size }, (_, i) => ({
    label: `fit@fold=${i % 40}+rate=${(i * 7) % 1000}+seed=${i}`,
    stage: "fit",
    key: i,
  }))
  const told = atOnce(cellsOf(tasks, (i) => rowsOf(i, steps, metrics), mostMeasured))
  t.equal(told.hasSeries, size * 30 * 9 <= mostMeasured)
  const drawn = atOnce(page({ ...bareRun("large"), measured: told }, {}, [], []))
  t.ok(Buffer.byteLength(drawn) < 300_000, `${Buffer.byteLength(drawn)} bytes`)
  t.match(textOf(drawn), /20 of 40 rows/)
  const few = atOnce(
    cellsOf(
      tasks.slice(0, 200),
      (i) => rowsOf(i, [...steps, ...steps, ...steps, ...steps], metrics),
      mostMeasured * 2,
    ),
  )
  const curved = atOnce(page({ ...bareRun("large"), measured: few }, {}, [], []))
  t.ok(Buffer.byteLength(curved) < 400_000, `${Buffer.byteLength(curved)} bytes`)
  t.match(textOf(curved), /8 of 40 lines/)
})
