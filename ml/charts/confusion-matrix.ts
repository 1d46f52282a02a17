// A confusion matrix as a heat map, whole or its errors alone; knows nothing of how the classes were predicted.

import { ChartError, type ChartSpec } from "./chart-spec.ts"
import { percent } from "./curve.ts"
import { COLOURS, type Heading, SEQUENTIAL, themed } from "./theme.ts"

interface ConfusionMatrix extends Heading {
  /** `counts[true class][predicted class]`. */
  readonly counts: ReadonlyArray<ReadonlyArray<number>>
  /** Class names by class number. */
  readonly classes: ReadonlyArray<string>
}

interface Cell {
  readonly true: string
  readonly predicted: string
  readonly count: number
  /** Of the true class. */
  readonly share: number
  readonly counted: string
  readonly told: string
}

const CELL = 54
/** The part of a scale of colours from which on white is read better than ink. */
const DARK = 0.63

/**
 * Each cell tells its count, its share of the true class (the row) and is coloured by that share; a cell that no
 * example fell into stays empty.
 *
 * @throws ChartError when the matrix is not as large as the list of classes
 */
export const confusionMatrix = ({ title, subtitle, counts, classes }: ConfusionMatrix): ChartSpec =>
  themed({ title, subtitle }, matrix(cellsOf(counts, classes, whole), classes, { most: 1, format: ".0%" }))

/**
 * The same without what was right: the diagonal is left out, and the colours go up to the largest share of errors, so that one
 * error in a hundred is seen. Shares have one decimal.
 *
 * @throws ChartError likewise
 */
export const confusionErrors = ({ title, subtitle, counts, classes }: ConfusionMatrix): ChartSpec => {
  const cells = cellsOf(counts, classes, percent).filter((cell) => cell.true !== cell.predicted)
  const most = cells.reduce((most, { share }) => Math.max(most, share), 0) || 1
  const { layer, ...rest } = matrix(cells, classes, { most, format: ".1%" })
  return themed({ title, subtitle }, { ...rest, layer: [diagonal(classes), ...layer] })
}

/** Grey cells, which say that something was left out, where a white one says that there is nothing. */
const diagonal = (classes: ReadonlyArray<string>): ChartSpec => ({
  data: { values: classes.map((name) => ({ true: name, predicted: name })) },
  mark: { type: "rect", fill: COLOURS.grid, aria: false },
})

/** A cell for each pair of classes, with what is written into it. */
function cellsOf(
  counts: ReadonlyArray<ReadonlyArray<number>>,
  classes: ReadonlyArray<string>,
  tell: (share: number) => string,
): ReadonlyArray<Cell> {
  if (counts.length !== classes.length || counts.some((row) => row.length !== classes.length)) {
    throw new ChartError(
      `a confusion matrix of ${classes.length} classes is ${classes.length} × ${classes.length}`,
    )
  }
  return counts.flatMap((row, label) => {
    const support = row.reduce((sum, count) => sum + count, 0)
    return row.map((count, predicted) => ({
      true: classes[label]!,
      predicted: classes[predicted]!,
      count,
      share: support === 0 ? 0 : count / support,
      counted: count === 0 ? "" : String(count),
      told: count === 0 ? "" : tell(count / support),
    }))
  })
}

/** @param scale the share that has the darkest colour, and how shares stand beside the scale */
function matrix(
  cells: ReadonlyArray<Cell>,
  classes: ReadonlyArray<string>,
  scale: { readonly most: number; readonly format: string },
): ChartSpec & { readonly layer: ReadonlyArray<ChartSpec> } {
  const side = CELL * classes.length
  const written = {
    condition: { test: `datum.share > ${DARK * scale.most}`, value: "#ffffff" },
    value: COLOURS.ink,
  }
  return {
    width: side,
    height: side,
    data: { values: cells.map((cell) => ({ ...cell })) },
    encoding: {
      x: position("predicted", "Predicted class", classes, -40),
      y: position("true", "True class", classes, 0),
    },
    layer: [
      {
        mark: { type: "rect", stroke: COLOURS.grid, strokeWidth: 1 },
        encoding: { color: shareOfClass(side, scale) },
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
  }
}

/** The colour of a cell, beside a matrix of this height. */
const shareOfClass = (
  height: number,
  { most, format }: { readonly most: number; readonly format: string },
): ChartSpec => ({
  field: "share",
  type: "quantitative",
  title: ["Share of the", "true class"],
  scale: { domain: [0, most], range: [...SEQUENTIAL], interpolate: "rgb" },
  legend: {
    format,
    gradientLength: Math.min(200, height - 40),
    gradientThickness: 12,
    labelOffset: 5,
    values: [0, 0.25, 0.5, 0.75, 1].map((part) => part * most),
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
  scale: { padding: 0, domain: [...classes] },
  axis: { labelAngle, domain: false, ticks: false, labelLimit: 160, labelColor: COLOURS.ink },
})

/** A whole percentage, but never 0% for what is there nor 100% for what is not all. */
const whole = (share: number): string => {
  const rounded = Math.floor(100 * share + 0.5)
  if (rounded === 0) return "<1%"
  if (rounded === 100 && share < 1) return ">99%"
  return `${rounded}%`
}
