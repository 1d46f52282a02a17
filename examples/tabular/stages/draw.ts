// `draw`: this project's own charts, each a Vega-Lite spec in the look of refold's. One form a chart.
import { Schema } from "effect"
import { form, many, type Row, stage } from "refold"
import { type ChartSpec, COLOURS, type Heading, renderPng, renderSvg, themed } from "refold/charts"

const params = Schema.Struct({ title: Schema.String, subtitle: Schema.String })
const outputs = { spec: "chart", svg: "svg", png: "image:png" } as const
/** Pixels of a panel. */
const side = 320

async function drawn(heading: Heading, body: ChartSpec) {
  const spec = themed(heading, body)
  const svg = await renderSvg(spec)
  return { spec, svg, png: await renderPng(svg) }
}

type Tables = Readonly<Record<string, ReadonlyArray<Row>>>

/** Rows of several models, each with the model's name. */
const named = (tables: Tables): ReadonlyArray<Row> =>
  Object.entries(tables).flatMap(([model, rows]) => rows.map((row) => ({ ...row, model })))

const share = (field: string, title: string): ChartSpec => ({
  field,
  type: "quantitative",
  title,
  scale: { domain: [0, 1] },
  axis: { format: ".0%", tickCount: 5 },
})

/** What chance would give, or what a perfect model would. */
const diagonal = (words: string): ReadonlyArray<ChartSpec> => [
  {
    data: { values: [0, 1].map((at) => ({ at })) },
    mark: { type: "line", color: COLOURS.rule, strokeDash: [4, 4] },
    encoding: { x: { field: "at", type: "quantitative" }, y: { field: "at", type: "quantitative" } },
  },
  {
    data: { values: [{ words }] },
    mark: { type: "text", align: "right", x: side - 4, y: side - 8, color: COLOURS.muted },
    encoding: { text: { field: "words", type: "nominal" } },
  },
]

const byModel = (models: ReadonlyArray<string>): ChartSpec => ({
  field: "model",
  type: "nominal",
  title: null,
  legend: { orient: "bottom" },
  scale: { domain: models, range: [COLOURS.validation, COLOURS.accent, COLOURS.train] },
})

export const draw = stage("draw", {
  doc: "Draws the curves of classifiers, and what features do to them",
  forms: {
    /** Receiver operating characteristics, a line a model. */
    roc: form({
      params,
      inputs: { curves: many("table:roc") },
      outputs,
      run: ({ params, inputs: { curves } }) =>
        drawn(params, {
          ...{ width: side, height: side },
          layer: [
            ...diagonal("dashed: chance"),
            {
              data: { values: named(curves) },
              mark: { type: "line", strokeWidth: 2, interpolate: "linear" },
              encoding: {
                x: share("falsePositiveRate", "Females taken for males"),
                y: share("truePositiveRate", "Males recognized"),
                order: { field: "falsePositiveRate", type: "quantitative" },
                color: byModel(Object.keys(curves)),
              },
            },
          ],
        }),
    }),
    /** How often what a model holds for so probable is so; a point is a bin, its area the examples in it. */
    calibration: form({
      params,
      inputs: { curves: many("table:calibration") },
      outputs,
      run: ({ params, inputs: { curves } }) =>
        drawn(params, {
          ...{ width: side, height: side },
          layer: [
            ...diagonal("dashed: as often as it says"),
            {
              data: { values: named(curves).filter(({ observed }) => observed !== null) },
              mark: { type: "line", strokeWidth: 1.5, point: false },
              encoding: {
                x: share("predicted", "Probability of a male, mean of a bin"),
                y: share("observed", "Males in the bin"),
                color: byModel(Object.keys(curves)),
              },
            },
            {
              data: { values: named(curves).filter(({ observed }) => observed !== null) },
              mark: { type: "point", filled: true, opacity: 0.9 },
              encoding: {
                x: share("predicted", "Probability of a male, mean of a bin"),
                y: share("observed", "Males in the bin"),
                size: {
                  field: "examples",
                  type: "quantitative",
                  title: "penguins",

                  legend: { orient: "right", values: [1, 10, 20, 30] },
                },
                color: byModel(Object.keys(curves)),
              },
            },
          ],
        }),
    }),
    /** A bar a feature, the most important first, with the deviation over repeats. */
    importance: form({
      params,
      inputs: { rows: "table:importance" },
      outputs,
      run: ({ params, inputs: { rows } }) =>
        drawn(params, {
          ...{ width: 380, height: { step: 30 } },
          data: {
            values: rows.map((row) => ({
              ...row,
              low: Number(row.importance) - Number(row.deviation),
              high: Number(row.importance) + Number(row.deviation),
            })),
          },
          encoding: {
            y: {
              field: "feature",
              type: "nominal",
              title: null,
              sort: [...rows]
                .sort((a, b) => Number(b.importance) - Number(a.importance))
                .map(({ feature }) => feature as string),
            },
          },
          layer: [
            {
              mark: { type: "bar", color: COLOURS.validation, height: 16 },
              encoding: {
                x: {
                  field: "importance",
                  type: "quantitative",
                  title: "Accuracy lost when the feature is dealt out anew",
                  axis: { format: ".0%" },
                },
              },
            },
            {
              mark: { type: "rule", color: COLOURS.ink },
              encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" } },
            },
          ],
        }),
    }),
    /** The mean probability with a feature set to each of some values, a panel a feature. */
    dependence: form({
      params: Schema.Struct({
        ...params.fields,
        /** The output of which it is. */
        output: Schema.String,
      }),
      inputs: { rows: "table:dependence" },
      outputs,
      run: ({ params: { output, ...heading }, inputs: { rows } }) => {
        const own = rows.filter((row) => row.output === output)
        const features = [...new Set(own.map(({ feature }) => String(feature)))]
        return drawn(heading, {
          columns: 2,
          spacing: 30,
          concat: features.map((feature) => ({
            ...{ width: 230, height: 150 },
            data: { values: own.filter((row) => row.feature === feature) },
            mark: { type: "line", color: COLOURS.validation, strokeWidth: 2 },
            encoding: {
              x: {
                field: "value",
                type: "quantitative",
                title: feature,
                scale: { zero: false, nice: false },
              },
              y: share("mean", `Probability of ${output}`),
            },
          })),
        })
      },
    }),
  },
})
