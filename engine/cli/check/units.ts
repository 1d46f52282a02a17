// What may stand behind a number: sizes in bytes, percent, thousands and millions. Pure.
import { type Rational, rational } from "./rational.ts"

export interface Factor {
  readonly by: Rational
  /** What it multiplies: bytes, or anything that is counted. */
  readonly of: "bytes" | "share" | "count"
}

const times = (of: Factor["of"], over: bigint, under = 1n): Factor => ({ of, by: rational(over, under) })

/** As they are written first; then in whichever case. */
const factors: ReadonlyMap<string, Factor> = new Map([
  ["B", times("bytes", 1n)],
  ["byte", times("bytes", 1n)],
  ["bytes", times("bytes", 1n)],
  ["kB", times("bytes", 10n ** 3n)],
  ["MB", times("bytes", 10n ** 6n)],
  ["GB", times("bytes", 10n ** 9n)],
  ["TB", times("bytes", 10n ** 12n)],
  ["KiB", times("bytes", 2n ** 10n)],
  ["MiB", times("bytes", 2n ** 20n)],
  ["GiB", times("bytes", 2n ** 30n)],
  ["TiB", times("bytes", 2n ** 40n)],
  ["%", times("share", 1n, 100n)],
  ["percent", times("share", 1n, 100n)],
  ["k", times("count", 10n ** 3n)],
  ["thousand", times("count", 10n ** 3n)],
  ["M", times("count", 10n ** 6n)],
  ["million", times("count", 10n ** 6n)],
  ["G", times("count", 10n ** 9n)],
  ["billion", times("count", 10n ** 9n)],
])

/** `m` and `g` are left alone: they stand for other things. */
const inAnyCase = new Map(
  [...factors]
    .filter(([name]) => name !== "M" && name !== "G")
    .map(([name, factor]) => [name.toLowerCase(), factor]),
)

export const factorOf = (name: string): Factor | undefined =>
  factors.get(name) ?? inAnyCase.get(name.toLowerCase())

/** Units of bytes that people mean when they leave them out. */
export const byteUnits = ["kB", "MB", "GB", "KiB", "MiB", "GiB"] as const
