// Exact numbers: what a person types in decimals or as a fraction, so that a comparison never rounds. Pure.

export interface Rational {
  readonly over: bigint
  /** Positive. */
  readonly under: bigint
}

export const rational = (over: bigint, under = 1n): Rational =>
  under < 0n ? { over: -over, under: -under } : { over, under }

/** 10^exponent. */
export const power = (exponent: number): Rational =>
  exponent >= 0 ? rational(10n ** BigInt(exponent)) : rational(1n, 10n ** BigInt(-exponent))

export const product = (a: Rational, b: Rational): Rational => rational(a.over * b.over, a.under * b.under)

export const difference = (a: Rational, b: Rational): Rational =>
  rational(a.over * b.under - b.over * a.under, a.under * b.under)

export const size = ({ over, under }: Rational): Rational => rational(over < 0n ? -over : over, under)

export const isAtMost = (a: Rational, b: Rational): boolean => a.over * b.under <= b.over * a.under

export const isEqual = (a: Rational, b: Rational): boolean => a.over * b.under === b.over * a.under

/** A number as JavaScript writes it: 0.1 is a tenth. */
export function ofNumber(value: number): Rational {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(
    String(value),
  )!
  return product(rational(BigInt(`${sign}${whole}${fraction}`)), power(Number(exponent) - fraction.length))
}
