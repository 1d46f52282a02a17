// How the page writes numbers, sizes and layers.
import { type LayerShape, sizeOf } from "../layers/parts/shape.ts"
import { extentOf, strideOf } from "../layers/parts/windows.ts"
import type { Layer } from "../layers/table.ts"

/** With a minus as long as a plus; −0 is 0. */
export const decimal = (value: number, digits: number): string => {
  const text = value.toFixed(digits)
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text.replace("-", "−")
}

/** For a narrow cell: two decimals, and no zero before the point. */
export const short = (value: number): string => {
  if (value === 0) return "0"
  if (Math.abs(value) >= 99.5) return decimal(value, 0)
  if (Math.abs(value) >= 9.95) return decimal(value, 1)
  const text = decimal(value, 2)
  return /^0\.00$/.test(text) ? "0" : text.replace(/^(−?)0\./, "$1.")
}

/** So many digits that another float32 would be written otherwise. */
export const exact = (value: number): string =>
  String(Number(value.toPrecision(9)))
    .replace(/^-/, "−")
    .replace(/e-/, "e−")

/** A share as percent: as many decimals as it needs to be told from 0 and 100. */
export const percent = (share: number): string => {
  const value = 100 * share
  if (value > 0 && value < 0.1) return "< 0.1 %"
  if (value < 100 && value >= 99.95) return "> 99.9 %"
  return `${value.toFixed(1)} %`
}

/** A difference of two shares in percentage points. */
export const points = (difference: number): string => {
  const text = decimal(100 * difference, 1)
  return text === "0.0" ? "±0.0" : difference > 0 ? `+${text}` : text
}

/** 1234567 → "1,234,567". */
export const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",")

/** Never broken between lines. */
export const times = (sides: ReadonlyArray<number>): string => sides.join("\u00a0×\u00a0")

/** "1 filter", "2 filters". */
export const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`

/** What a layer is, in two or three words. */
export function title({ layer }: LayerShape<Layer>): string {
  switch (layer.type) {
    case "conv":
      return `convolution ${times(extentOf(layer.kernel))}`
    case "pool":
      return `${layer.kind === "max" ? "max" : "average"}-pool ${times(extentOf(layer.size))}`
    case "activation":
      return layer.kind === "relu" ? "ReLU" : layer.kind === "leaky-relu" ? "leaky ReLU" : layer.kind
    case "batch-normalization":
      return "batch normalization"
    case "layer-normalization":
      return "layer normalization"
    case "depthwise-conv":
      return `depth-wise convolution ${times(extentOf(layer.kernel))}`
    case "add":
      return `plus ${layer.adds}`
    case "concat":
      return `beside ${layer.joins.join(", ")}`
    case "from":
      return `from ${layer.layer} on`
    case "global-average":
      return "mean of each map"
    case "dense":
      return "dense"
    default:
      return layer.type
  }
}

/** What its output is: "28 × 28", or "120 units". */
export const sizeWords = ({ output }: LayerShape<Layer>): string =>
  output.length === 3 ? times(output.slice(0, 2)) : counted(output[0], "unit")

/** What there is to know of a layer that learns: its filters, its windows, its parameters. */
export function facts(shape: LayerShape<Layer>): string {
  const { layer, input, parameters } = shape
  const learned = parameters.reduce((sum, { shape: of }) => sum + sizeOf(of), 0)
  if (layer.type === "conv") {
    const [down, across] = strideOf(layer)
    const kernel = [...extentOf(layer.kernel), input.at(-1)!]
    const stride =
      down === 1 && across === 1 ? "" : `, stride ${down === across ? down : times([down, across])}`
    return `${counted(layer.filters, "filter")} of ${times(kernel)}${stride}, ${layer.padding} padding, ${counted(learned, "parameter")}`
  }
  if (layer.type === "dense")
    return `${counted(layer.units, "unit")} on ${counted(sizeOf(input), "value")}, ${counted(learned, "parameter")}`
  return ""
}
