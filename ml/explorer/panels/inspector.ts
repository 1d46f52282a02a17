// How one value was made, to read: what the layer saw, the filter, the products and their sum, beside what the kernel gave.

import type { Activation } from "../../layers/activation.ts"
import { isOf, type LayerShape } from "../../layers/parts/shape.ts"
import type { Layer } from "../../layers/table.ts"
import type { ConvolvedValue, DenseValue, Explanation, PooledValue } from "../explanation.ts"
import { boundOf } from "../ramp.ts"
import { decimal, exact, grouped, times } from "../words.ts"
import { captioned, cells } from "./cells.ts"
import { button, element } from "./element.ts"

const DIGITS = 4

/** What there is to show of a value. */
export interface Inspected {
  readonly shape: LayerShape<Layer>
  readonly made: Explanation
  /** What the kernel gave. */
  readonly given: number
  /** The filter is switched off. */
  readonly isOff: boolean
}

/** @param channel of the input, of which a convolution's terms are shown; the weightiest if left out */
export function inspected(
  { shape, made, given, isOff }: Inspected,
  channel: number | undefined,
  choose: (channel: number) => void,
): ReadonlyArray<HTMLElement> {
  switch (made.kind) {
    case "convolution":
      return convolution(made, given, isOff, channel ?? weightiest(made), choose)
    case "pool":
      return pool(made, given)
    case "dense":
      return dense(made, given)
    case "other":
      return other(shape, made.before, given)
  }
}

/** The same in a sentence. */
export function sentence({ shape, made, given, isOff }: Inspected): string {
  if (isOff) return "This filter is switched off: its map is 0."
  switch (made.kind) {
    case "convolution":
      return `Sum of ${times([made.height, made.width, made.channels.length])} products ${decimal(made.sum, DIGITS)}, plus bias ${decimal(made.bias, DIGITS)}, is ${decimal(made.value, DIGITS)}; the kernel gave ${decimal(given, DIGITS)}.`
    case "pool":
      return `${made.pooling === "max" ? "The largest" : "The mean"} of ${made.window.filter((value) => value !== undefined).length} values is ${decimal(made.value, DIGITS)}.`
    case "dense":
      return `Sum of ${made.products.length} products ${decimal(made.sum, DIGITS)}, plus bias ${decimal(made.bias, DIGITS)}, is ${decimal(made.value, DIGITS)}.`
    case "other":
      return `${shape.name} gave ${decimal(given, DIGITS)}${made.before === undefined ? "" : ` for ${decimal(made.before, DIGITS)}`}.`
  }
}

function convolution(
  made: ConvolvedValue,
  given: number,
  isOff: boolean,
  channel: number,
  choose: (channel: number) => void,
): ReadonlyArray<HTMLElement> {
  const { patch, weights, products } = made.channels[channel]!
  const columns = made.width
  const several = made.channels.length > 1
  const ofMap = several ? ` of map ${channel + 1}` : ""
  const terms = element(
    "div",
    { class: "terms" },
    captioned(`patch${ofMap}`, cells("Patch", [...patch], { columns })),
    sign("×"),
    captioned(
      several ? "filter, there" : "filter",
      cells("Filter", [...weights], {
        columns,
        bound: boundOf(made.channels.flatMap((each) => [...each.weights])),
      }),
    ),
    sign("="),
    captioned("products", cells("Products", [...products], { columns })),
    ...(several ? [channelSums(made, channel, choose)] : []),
  )
  const count = made.height * made.width * made.channels.length
  const equation = element(
    "p",
    { class: "equation" },
    term(`sum of ${grouped(count)} products`, decimal(made.sum, DIGITS)),
    sign("+"),
    term("bias", decimal(made.bias, DIGITS)),
    sign("="),
    term(isOff ? "switched off" : "value", decimal(made.value, DIGITS)),
    agreement(made.value, given),
  )
  return [terms, equation]
}

/** A button a channel of the input: what it adds to the sum. */
function channelSums(
  { channels }: ConvolvedValue,
  chosen: number,
  choose: (channel: number) => void,
): HTMLElement {
  const buttons = channels.map(({ sum }, channel) =>
    button(
      {
        class: "button slim",
        "aria-pressed": String(channel === chosen),
        "aria-label": `Map ${channel + 1} adds ${decimal(sum, 2)}`,
      },
      element("span", {}, element("small", {}, `${channel + 1}`), ` ${decimal(sum, 2)}`),
      () => choose(channel),
    ),
  )
  const sums = {
    class: "channel-sums",
    role: "group",
    "aria-label": "What each map of the input adds to the sum",
  }
  return captioned("what each map adds", element("div", sums, ...buttons))
}

function pool(made: PooledValue, given: number): ReadonlyArray<HTMLElement> {
  const isMax = made.pooling === "max"
  return [
    element(
      "div",
      { class: "terms" },
      captioned("window", cells("Window", made.window, { columns: made.width, marked: made.winner })),
      sign("→"),
      element(
        "p",
        { class: "equation" },
        term(isMax ? "the largest" : "the mean", decimal(made.value, DIGITS)),
        agreement(made.value, given),
      ),
    ),
    element(
      "p",
      { class: "note" },
      isMax
        ? `Row ${Math.floor(made.winner! / made.width) + 1}, column ${(made.winner! % made.width) + 1} of the window won${isTie(made) ? ", the first of equals" : ""}. The others could change, and as long as none grows larger, nothing after this layer would notice.`
        : "Every value of the window counts the same, and no weight is learned.",
    ),
  ]
}

const isTie = ({ window, value }: PooledValue): boolean => window.filter((each) => each === value).length > 1

/** Products in a line at most. */
const LINE = 40

function dense(made: DenseValue, given: number): ReadonlyArray<HTMLElement> {
  return [
    element(
      "div",
      { class: "terms" },
      captioned(
        `${grouped(made.products.length)} products, one for each value of the layer before`,
        cells(`${made.products.length} products`, [...made.products], {
          columns: Math.min(LINE, made.products.length),
        }),
      ),
    ),
    element(
      "p",
      { class: "equation" },
      term("their sum", decimal(made.sum, DIGITS)),
      sign("+"),
      term("bias", decimal(made.bias, DIGITS)),
      sign("="),
      term("value", decimal(made.value, DIGITS)),
      agreement(made.value, given),
    ),
  ]
}

function ruleOf(layer: Layer): string {
  switch (layer.type) {
    case "activation":
      return `${layer.kind}(x)`
    case "batch-normalization":
    case "layer-normalization":
      return "(x − mean) / √(variance + ε) · scale + shift"
    case "depthwise-conv":
      return "the products of its map's window and filter, plus bias"
    case "add":
      return `x + the value of ${layer.adds}`
    case "concat":
      return `the value of x or of ${layer.joins.join(" or ")}`
    case "from":
      return `the value of ${layer.layer}`
    default:
      return "the mean of its map"
  }
}

function other(
  shape: LayerShape<Layer>,
  before: number | undefined,
  given: number,
): ReadonlyArray<HTMLElement> {
  const isRelu = isOf<Activation>("activation", shape) && shape.layer.kind === "relu"
  const rule = isRelu ? "max(0, x)" : ruleOf(shape.layer)
  return [
    element(
      "p",
      { class: "equation" },
      ...(before === undefined ? [] : [term("x, before", decimal(before, DIGITS)), sign("→")]),
      term(rule, decimal(given, DIGITS)),
      ...(isRelu && before !== undefined ? [agreement(before < 0 ? 0 : before, given)] : []),
    ),
    element(
      "p",
      { class: "note" },
      isRelu
        ? before !== undefined && before < 0
          ? "Below 0 a ReLU gives 0: whatever the filter found here, it was not what it looks for."
          : "Above 0 a ReLU lets everything through as it is."
        : "One value goes in, one comes out, at the same place.",
    ),
  ]
}

const term = (caption: string, value: string): HTMLElement =>
  element("span", { class: "term" }, element("small", {}, caption), element("b", {}, value))

const sign = (text: string): HTMLElement => element("span", { class: "sign" }, text)

/** Whether the sum that was done here is what the kernel gave. */
function agreement(summed: number, given: number): HTMLElement {
  const isSame = Object.is(summed, given)
  return element(
    "span",
    { class: isSame ? "agreement" : "agreement differs" },
    element("small", {}, isSame ? "and the kernel gave, with the same 32 bits" : "but the kernel gave"),
    element("b", { "data-testid": "kernel-value" }, exact(given)),
  )
}

const weightiest = ({ channels }: ConvolvedValue): number =>
  channels.reduce((best, { sum }, at) => (Math.abs(sum) > Math.abs(channels[best]!.sum) ? at : best), 0)
