// What the text of a cell says: a number, a moment. It knows no columns.

/** As programs write them; `NaN` and infinities too, so that they are told from words. */
const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|inf(?:inity)?)$/i
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/

export const isNumber = (text: string): boolean => NUMBER.test(text)

/** NaN for `NaN`; not finite for infinities, and for what is too large for a float of 64 bits. */
export function numberOf(text: string): number {
  const [, sign, word] = /^([+-]?)(nan|inf(?:inity)?)$/i.exec(text) ?? []
  if (word === undefined) return Number(text)
  if (/^nan$/i.test(word)) return Number.NaN
  return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

export const isTime = (text: string): boolean => timeOf(text) !== undefined

/** Milliseconds since 1970 of an ISO 8601 date, with a time of day or without; UTC where it names no zone. Undefined if it is none. */
export function timeOf(text: string): number | undefined {
  const match = TIME.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const date = Date.UTC(year, month - 1, day)
  const found = new Date(date)
  if (
    found.getUTCMonth() !== month - 1 ||
    found.getUTCDate() !== day ||
    hour > 24 ||
    minute > 59 ||
    second > 60
  )
    return undefined
  const milliseconds = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3))
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(match[8] ?? "") ?? []
  const offset = sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (60 * Number(hours) + Number(minutes))
  return date + ((hour * 60 + minute - offset) * 60 + second) * 1000 + milliseconds
}
