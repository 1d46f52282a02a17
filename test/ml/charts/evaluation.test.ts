import t from "tap"
import type { ChartSpec } from "../../../ml/charts/chart-spec.ts"
import { calibrationChart, precisionRecallChart, rocChart } from "../../../ml/charts/evaluation/curves.ts"
import { estimatesChart } from "../../../ml/charts/evaluation/estimates.ts"
import { dependenceChart, importanceChart } from "../../../ml/charts/evaluation/features.ts"
import { renderSvg } from "../../../ml/charts/render.ts"
import { measureClasses } from "../../../ml/statistics/metrics/as-metrics.ts"
import { calibrationRows, precisionRecallRows, rocRows } from "../../../ml/statistics/metrics/as-tables.ts"

const heading = { title: "A title", subtitle: "What one sees." }
const measured = measureClasses([0, 1, 1, 0], [0.9, 0.1, 0.3, 0.7, 0.6, 0.4, 0.8, 0.2], ["no", "yes"], 5)
const feature = { feature: "mass", importance: 0.25, deviation: null, score: "accuracy" }

const CHARTS: Readonly<Record<string, [() => ChartSpec, ReadonlyArray<string>]>> = {
  roc: [() => rocChart({ ...heading, points: rocRows(measured) }), ["yes: area 1.000"]],
  precisionRecall: [
    () => precisionRecallChart({ ...heading, points: precisionRecallRows(measured) }),
    ["yes: average precision 1.000"],
  ],
  calibration: [
    () => calibrationChart({ ...heading, bins: calibrationRows(measured) }),
    ["yes: expected error 0.300", "Predicted probability"],
  ],
  importance: [
    () =>
      importanceChart({ ...heading, features: [feature, { ...feature, feature: "depth", deviation: 0.1 }] }),
    ["mass", "depth", "Drop of accuracy when dealt out anew"],
  ],
  dependence: [
    () =>
      dependenceChart({
        ...heading,
        points: [1, 2].map((value) => ({ feature: "mass", value, output: "yes", mean: value / 4 })),
      }),
    ["mass", "Mean of what is said"],
  ],
  estimates: [
    () => estimatesChart({ ...heading, examples: [{ target: 1, estimate: 2 }] }),
    ["True", "Estimated"],
  ],
}

const two = ["tree", "network"] as const
const beside = <R extends object>(rows: ReadonlyArray<R>) =>
  two.flatMap((model) => rows.map((row) => ({ model, ...row })))

t.test(
  "of several models each has a line or bar under its name, and of several classes that too",
  async (t) => {
    const drawn = (spec: ChartSpec) => renderSvg(spec)
    const roc = await drawn(rocChart({ ...heading, points: beside(rocRows(measured)) }))
    for (const model of two) t.ok(roc.includes(`>${model}: area 1.000<`), model)
    const [first] = rocRows(measured)
    const classes = beside([first!, { ...first!, class: "perhaps" }])
    t.ok((await drawn(rocChart({ ...heading, points: classes }))).includes(">tree, perhaps: area 1.000<"))
    const importance = importanceChart({ ...heading, features: beside([feature]) })
    const bars = await drawn(importance)
    for (const model of two) t.ok(bars.includes(`>${model}<`), model)
    const point = { feature: "mass", value: 1, output: "yes", mean: 0.5 }
    const dependence = await drawn(dependenceChart({ ...heading, points: beside([point]) }))
    for (const model of two) t.ok(dependence.includes(`>${model}<`), model)
    const outputs = beside([point, { ...point, output: "no" }])
    t.ok((await drawn(dependenceChart({ ...heading, points: outputs }))).includes(">network, no<"))
  },
)

for (const [name, [make, words]] of Object.entries(CHARTS))
  t.test(`the picture of ${name} says what it shows, the same each time`, async (t) => {
    const spec = make()
    t.strictSame(JSON.parse(JSON.stringify(spec)), spec, "plain JSON")
    t.equal(JSON.stringify(make()), JSON.stringify(spec))
    const svg = await renderSvg(spec)
    for (const word of ["A title", "What one sees.", ...words]) t.ok(svg.includes(word), word)
  })

t.test("a picture of nothing is refused", async (t) => {
  t.throws(() => rocChart({ ...heading, points: [] }), /needs points/)
  t.throws(() => importanceChart({ ...heading, features: [] }), /a feature/)
  t.throws(() => dependenceChart({ ...heading, points: [] }), /a feature and a value/)
  t.throws(() => estimatesChart({ ...heading, examples: [] }), /an example/)
})
