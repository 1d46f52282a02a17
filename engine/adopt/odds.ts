// How likely a sample misses what is altered: from how many digests there are and how many were really compared. Pure.

/**
 * The chance that none of `altered` digests was among the `compared` of `of`: (N-n)(N-n-1)… / N(N-1)…, hypergeometric, as no
 * digest is compared twice. It counts any place of the altered ones as equally likely, whichever way the sample was drawn; what
 * goes wrong in a pattern, such as at one value of an axis, is likelier found, as the sample has each value.
 */
export function escapes(of: number, compared: number, altered: number): number {
  let chance = 1
  for (let i = 0; i < altered && chance > 0; i++) chance *= (of - compared - i) / (of - i)
  return Math.max(0, chance)
}

export interface Odds {
  /** That one altered digest would not have been seen. */
  readonly one: number
  /** That a tenth of them, altered, would not have been. */
  readonly tenth: number
}

export const oddsOf = (of: number, compared: number): Odds => ({
  one: escapes(of, compared, Math.min(1, of)),
  tenth: escapes(of, compared, Math.ceil(of / 10)),
})
