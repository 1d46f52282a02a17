// How a page writes what it found: `0.0000`, `0,0`, `0.0 %`, `0.0 MB`, `word`. Pure.

const small = [
  "no",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
]

const units: Readonly<Record<string, number>> = { "": 1, " %": 100, " MB": 1e-6, " GB": 1e-9 }

/** @throws RangeError for what the format cannot write */
export function written(value: unknown, format: string | undefined): string {
  if (Array.isArray(value)) return value.map((item) => written(item, format)).join(", ")
  if (typeof value === "string" && format === undefined) return value
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new RangeError(
      `${JSON.stringify(value)} is no number${format === undefined ? "" : ` to write as ${format}`}`,
    )
  if (format === undefined) return plainOf(value)
  if (format === "word") return wordOf(value)
  if (format === "0,0") return grouped(String(wholeOf(value)))
  const [, digits = "", unit = ""] = /^0(\.0+)?( %| MB| GB)?$/.exec(format) ?? unknown(format)
  return `${grouped((value * units[unit]!).toFixed(Math.max(0, digits.length - 1)))}${unit}`
}

function unknown(format: string): never {
  throw new RangeError(`"${format}" is no format: 0, 0.00, 0,0, 0.0 %, 0.0 MB or word`)
}

/** What was declared is written as it was, such as 0.001; what was computed has more digits, and must say how many count. */
function plainOf(value: number): string {
  const text = String(value)
  if (text.length > 8 && !Number.isInteger(value))
    throw new RangeError(`${text}: say how many digits, such as 0.0000`)
  return Number.isInteger(value) ? grouped(text) : text
}

const wordOf = (value: number): string => small[wholeOf(value)] ?? grouped(String(value))

function wholeOf(value: number): number {
  if (Number.isInteger(value)) return value
  throw new RangeError(`${value} is not whole`)
}

/** 1234567 → "1,234,567". */
const grouped = (text: string): string => {
  const [whole, ...fraction] = text.split(".")
  return [whole!.replace(/\B(?=(?:\d{3})+$)/g, ","), ...fraction].join(".")
}
