// Values as people type them: 2,352, 28x28, 12.6MB, 2.4 %, 25/1024, 1.26e7. Loose in how they are written, exact in what they mean.
import { power, product, type Rational, rational } from "./rational.ts"
import { type Factor, factorOf } from "./units.ts"

export interface TypedNumber {
  /** Without its unit. */
  readonly value: Rational
  /** What its last digit counts; 0 of a fraction, which is exact. */
  readonly step: Rational
  /** Digits that tell something. */
  readonly digits: number
  /** What stood behind it; undefined where nothing did. */
  readonly unit: string | undefined
  /** Of a unit that multiplies: by how much. */
  readonly factor: Factor | undefined
  readonly text: string
}

/** Written in one way (regular expressions are in ASCII, as `dist/` is): what looks like a space is one, a minus is `-`, and `10⁷` is `10^7`. */
export const plain = (text: string): string =>
  text
    .replace(
      /10([\u207b\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+)/g,
      (_, raised: string) => `10^${raised.normalize("NFKC")}`,
    )
    .normalize("NFKC")
    .replace(/[\s\u2009\u202f]+/g, " ")
    .replace(/[\u2212\u2010\u2011\u2013]/g, "-")
    .replace(/\u2044/g, "/")
    .replace(/[\u2019`\u00b4]/g, "'")
    .trim()

const grouped = String.raw`\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+|(?:'\d{3})+|(?:_\d{3})+)(?![\d])`
const decimal = String.raw`[+-]?(?:(?:${grouped}|\d+)(?:\.\d*)?|\.\d+)`
const exponent = String.raw`(?:[eE][+-]?\d+| ?[x\u00d7*\u00b7] ?10 ?\^ ?[+-]?\d+)`
const unit = "(?: ?(?:%|×|[A-Za-z]+)(?: [A-Za-z]+)*)"
const number = new RegExp(
  `^(?<decimal>${decimal})(?<exponent>${exponent})?(?: ?/ ?(?<under>${decimal}))?(?<unit>${unit})?`,
)
const separator = /^(?: ?[x\u00d7*\u00b7] ?| ?[,;] ?| (?:by|and|on) | )(?=[+\-.\d])/i

/** @returns the numbers of a text, in their order; undefined for one that is not made of numbers */
export function numbersIn(text: string): ReadonlyArray<TypedNumber> | undefined {
  const found: Array<TypedNumber> = []
  for (let rest = plain(text); ; ) {
    const { next, length } = numberAt(rest) ?? {}
    if (next === undefined) return undefined
    found.push(next)
    rest = rest.slice(length)
    if (rest === "") return found
    const between = separator.exec(rest)?.[0]
    if (between === undefined) return undefined
    rest = rest.slice(between.length)
  }
}

function numberAt(text: string): { readonly next: TypedNumber; readonly length: number } | undefined {
  const found = number.exec(text)
  if (found === null) return undefined
  const groups = found.groups as Readonly<
    Record<"decimal" | "exponent" | "under" | "unit", string | undefined>
  >
  // In "28x28" and "28 by 28" what looks like a unit stands between two numbers.
  const isBetween = separator.test(text.slice(found[0].length - (groups.unit?.length ?? 0)))
  const named = isBetween ? undefined : groups.unit?.trim()
  const length = isBetween ? found[0].length - (groups.unit?.length ?? 0) : found[0].length
  const { value, step, digits } = decimalOf(groups.decimal!, groups.exponent)
  const factor = named === undefined ? undefined : factorOf(named)
  const common = { unit: named, factor, text: text.slice(0, length).trim() }
  if (groups.under === undefined) return { next: { value, step, digits, ...common }, length }
  const under = decimalOf(groups.under, undefined).value
  if (under.over === 0n) return undefined
  return {
    next: {
      value: product(value, rational(under.under, under.over)),
      step: rational(0n),
      digits: 99,
      ...common,
    },
    length,
  }
}

function decimalOf(
  text: string,
  exponent: string | undefined,
): Pick<TypedNumber, "value" | "step" | "digits"> {
  const [whole, fraction = ""] = text.replace(/[,_' ]/g, "").split(".") as [string, string?]
  const raised = exponent === undefined ? 0 : Number(/[+-]?\d+$/.exec(exponent)![0])
  // Nobody types more; a larger power would only keep the machine busy.
  const shift = power(Math.max(-400, Math.min(400, raised)) - fraction.length)
  const sign = whole.startsWith("-") ? -1n : 1n
  const all = `${whole.replace(/^[+-]/, "")}${fraction}`
  return {
    value: product(rational(sign * BigInt(all === "" ? "0" : all)), shift),
    step: shift,
    digits: all.replace(/^0+/, "").length,
  }
}
