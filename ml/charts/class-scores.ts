// Precision and recall of every class, one dot each; knows nothing of the model.

import type { ChartSpec } from "./chart-spec.ts"
import { COLOURS, type Heading, themed } from "./theme.ts"

interface ClassScoresChart extends Heading {
  readonly scores: ReadonlyArray<{
    /** Class name. */
    readonly name: string
    /** 0 to 1, or null where 0/0 leaves it undefined: then no dot. */
    readonly precision: number | null
    readonly recall: number | null
  }>
}

const KINDS = ["precision", "recall"] as const

/** A row a class, in the order given; a line joins its two dots. */
export const classScores = ({ title, subtitle, scores }: ClassScoresChart): ChartSpec => {
  const rows = scores.flatMap((score) =>
    KINDS.flatMap((kind) => (score[kind] === null ? [] : [{ class: score.name, kind, value: score[kind] }])),
  )
  const spans = scores.flatMap(({ name, precision, recall }) =>
    precision === null || recall === null ? [] : [{ class: name, from: precision, to: recall }],
  )
  const lowest = rows.reduce((low, { value }) => Math.min(low, value), 1)
  const floor = Math.max(0, Math.floor(20 * lowest - 0.2) / 20)
  const x = (field: string): ChartSpec => ({
    field,
    type: "quantitative",
    title: "Precision, recall",
    scale: { domain: [floor, 1], nice: false },
    axis: { format: ".0~%", grid: true, tickCount: 6, labelFlush: false },
  })
  return themed(
    { title, subtitle },
    {
      width: 460,
      height: { step: 30 },
      encoding: {
        y: {
          field: "class",
          type: "nominal",
          title: null,
          sort: scores.map(({ name }) => name),
          axis: { labelColor: COLOURS.ink, labelLimit: 200, labelFontSize: 12.5, labelPadding: 8 },
        },
      },
      layer: [
        {
          data: { values: spans },
          mark: { type: "rule", strokeWidth: 3, color: COLOURS.rule },
          encoding: { x: x("from"), x2: { field: "to" } },
        },
        {
          data: { values: rows },
          mark: { type: "point", filled: true, size: 110, opacity: 1 },
          encoding: {
            x: x("value"),
            color: {
              field: "kind",
              type: "nominal",
              title: null,
              scale: { domain: [...KINDS], range: [COLOURS.validation, COLOURS.accent] },
            },
            shape: {
              field: "kind",
              type: "nominal",
              title: null,
              scale: { domain: [...KINDS], range: ["circle", "diamond"] },
            },
          },
        },
      ],
    },
  )
}
