// A confusion matrix as a heat map; knows nothing of how the classes were predicted.

import { ChartError, type ChartSpec } from "./chart-spec.ts"
import { COLOURS, type Heading, SEQUENTIAL, themed } from "./theme.ts"

interface ConfusionMatrix extends Heading {
  /** `counts[true class][predicted class]`. */
  readonly counts: ReadonlyArray<ReadonlyArray<number>>
  /** Class names by class number. */
  readonly classes: ReadonlyArray<string>
}

const CELL = 54

/**
 * Each cell tells its count, its share of the true class (the row) and is coloured by that share; a cell that no
 * example fell into stays empty.
 *
 * @throws ChartError when the matrix is not as large as the list of classes
 */
export const confusionMatrix = ({ title, subtitle, counts, classes }: ConfusionMatrix): ChartSpec => {
  if (counts.length !== classes.length || counts.some((row) => row.length !== classes.length)) {
    throw new ChartError(
      `a confusion matrix of ${classes.length} classes is ${classes.length} × ${classes.length}`,
    )
  }
  const written = {
    condition: { test: "datum.share > 0.5", value: "#ffffff" },
    value: COLOURS.ink,
  }
  return themed(
    { title, subtitle },
    {
      width: CELL * classes.length,
      height: CELL * classes.length,
      data: { values: cellsOf(counts, classes) },
      encoding: {
        x: position("predicted", "Predicted class", classes, -40),
        y: position("true", "True class", classes, 0),
      },
      layer: [
        {
          mark: { type: "rect", stroke: COLOURS.grid, strokeWidth: 1 },
          encoding: {
            color: shareOfClass(CELL * classes.length),
          },
        },
        {
          mark: { type: "text", dy: -7, fontSize: 14, fontWeight: 600, aria: false },
          encoding: { text: { field: "counted", type: "nominal" }, color: written },
        },
        {
          mark: { type: "text", dy: 9, fontSize: 11, aria: false },
          encoding: { text: { field: "told", type: "nominal" }, color: written },
        },
      ],
    },
  )
}

/** A cell for each pair of classes, with what is written into it. */
const cellsOf = (counts: ReadonlyArray<ReadonlyArray<number>>, classes: ReadonlyArray<string>) =>
  counts.flatMap((row, label) => {
    const support = row.reduce((sum, count) => sum + count, 0)
    return row.map((count, predicted) => ({
      true: classes[label]!,
      predicted: classes[predicted]!,
      count,
      share: support === 0 ? 0 : count / support,
      counted: count === 0 ? "" : String(count),
      told: count === 0 ? "" : share(count / support),
    }))
  })

/** The colour of a cell, beside a matrix of this height. */
const shareOfClass = (height: number): ChartSpec => ({
  field: "share",
  type: "quantitative",
  title: ["Share of the", "true class"],
  scale: { domain: [0, 1], range: [...SEQUENTIAL], interpolate: "rgb" },
  legend: {
    format: ".0%",
    gradientLength: Math.min(200, height - 40),
    gradientThickness: 12,
    labelOffset: 5,
    values: [0, 0.25, 0.5, 0.75, 1],
  },
})

const position = (
  field: string,
  title: string,
  classes: ReadonlyArray<string>,
  labelAngle: number,
): ChartSpec => ({
  field,
  type: "nominal",
  title,
  sort: [...classes],
  scale: { padding: 0 },
  axis: { labelAngle, domain: false, ticks: false, labelLimit: 160, labelColor: COLOURS.ink },
})

/** A whole percentage, but never 0% for what is there nor 100% for what is not all. */
const share = (value: number): string => {
  const whole = Math.floor(100 * value + 0.5)
  if (whole === 0) return "<1%"
  if (whole === 100 && value < 1) return ">99%"
  return `${whole}%`
}
