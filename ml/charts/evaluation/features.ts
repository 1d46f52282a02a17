// What a model makes of its features: importance as bars, partial dependence as lines. Knows no model.

import { ChartError, type ChartSpec } from "../chart-spec.ts"
import { ordered } from "../colours.ts"
import { COLOURS, type Heading, themed } from "../theme.ts"

interface ImportanceChart extends Heading {
  readonly features: ReadonlyArray<{
    /** Where bars of several models stand beside each other. */
    readonly model?: string
    readonly feature: string
    readonly importance: number
    /** Over repeats; null for a single one. */
    readonly deviation: number | null
    /** Whose drop it is. */
    readonly score: string
  }>
}

interface DependenceChart extends Heading {
  readonly points: ReadonlyArray<{
    /** Where lines of several models stand beside each other. */
    readonly model?: string
    readonly feature: string
    readonly value: number
    readonly output: string
    readonly mean: number
  }>
}

const scaleOf = (names: ReadonlyArray<string>): ChartSpec => ({
  domain: names,
  range: names.length === 1 ? [COLOURS.validation] : [...ordered(names.length)],
})

/**
 * A bar a feature and model, the feature that is most important to any of them first, with one deviation over repeats to each side.
 *
 * @throws ChartError without a feature
 */
export const importanceChart = ({ title, subtitle, features }: ImportanceChart): ChartSpec => {
  if (features.length === 0) throw new ChartError("importances need a feature")
  const rows = features
    .map(({ deviation, ...row }) => ({
      ...row,
      low: row.importance - (deviation ?? 0),
      high: row.importance + (deviation ?? 0),
    }))
    .sort((a, b) => b.importance - a.importance)
  const models = [...new Set(features.flatMap(({ model }) => model ?? []))]
  const byModel: ChartSpec =
    models.length < 2
      ? {}
      : {
          yOffset: { field: "model", type: "nominal", sort: models },
          color: { field: "model", type: "nominal", title: null, sort: models, scale: scaleOf(models) },
        }
  const x = (field: string): ChartSpec => ({
    field,
    type: "quantitative",
    title: `Drop of ${rows[0]!.score} when dealt out anew`,
    axis: { grid: true, tickCount: 6 },
  })
  return themed(
    { title, subtitle },
    {
      width: 420,
      height: models.length < 2 ? { step: 28 } : { step: 15, for: "offset" },
      data: { values: rows },
      encoding: {
        y: {
          field: "feature",
          type: "nominal",
          title: null,
          sort: [...new Set(rows.map(({ feature }) => feature))],
          axis: { labelColor: COLOURS.ink, labelLimit: 220, labelFontSize: 12.5, labelPadding: 8 },
        },
      },
      layer: [
        {
          mark:
            models.length < 2
              ? { type: "bar", color: COLOURS.validation, height: 16 }
              : { type: "bar", opacity: 0.75 },
          encoding: { x: x("importance"), ...byModel },
        },
        {
          mark: { type: "rule", strokeWidth: 2, color: COLOURS.ink },
          encoding: {
            x: x("low"),
            x2: { field: "high" },
            ...(byModel.yOffset ? { yOffset: byModel.yOffset } : {}),
          },
        },
      ],
    },
  )
}

/** A panel a feature, a line an output and model, the same scale in all. @throws ChartError without a point */
export const dependenceChart = ({ title, subtitle, points: given }: DependenceChart): ChartSpec => {
  if (given.length === 0) throw new ChartError("partial dependence needs a feature and a value")
  const isOneOutput = new Set(given.map(({ output }) => output)).size === 1
  const points = given.map(({ model, ...point }) => ({
    ...point,
    output: model === undefined ? point.output : isOneOutput ? model : `${model}, ${point.output}`,
  }))
  const [features, outputs] = [
    [...new Set(points.map(({ feature }) => feature))],
    [...new Set(points.map(({ output }) => output))],
  ]
  const means = points.map(({ mean }) => mean)
  const domain = [means.reduce((a, b) => Math.min(a, b)), means.reduce((a, b) => Math.max(a, b))]
  const panel = (feature: string): ChartSpec => ({
    width: 200,
    height: 180,
    data: { values: points.filter((point) => point.feature === feature).map((point) => ({ ...point })) },
    mark: { type: "line", strokeWidth: 2.5, point: true },
    encoding: {
      x: {
        field: "value",
        type: "quantitative",
        title: feature,
        scale: { zero: false },
        axis: { tickCount: 5 },
      },
      y: {
        field: "mean",
        type: "quantitative",
        title: "Mean of what is said",
        scale: { zero: false, domain, nice: true },
        axis: { grid: true, tickCount: 6 },
      },
      color: {
        field: "output",
        type: "nominal",
        title: null,
        sort: outputs,
        scale: scaleOf(outputs),
        legend: outputs.length === 1 ? null : { symbolType: "stroke", symbolOpacity: 1 },
      },
    },
  })
  return themed(
    { title, subtitle },
    { concat: features.map(panel), columns: features.length === 4 ? 2 : 3, spacing: 28 },
  )
}
