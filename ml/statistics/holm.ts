// Several tests at once: their p, adjusted so that one rejected in error among them all is as unlikely as the level says.
import { StatisticsError } from "./statistics-error.ts"

/**
 * Holm's step-down: the i-th smallest of m is multiplied by m − i + 1, and none is less than a smaller one (S. Holm 1979, "A simple
 * sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6:65–70). It assumes nothing of how the tests depend
 * on each other.
 *
 * @param ps null where a test has no value: it counts for none
 * @throws StatisticsError for a p outside 0 to 1
 */
export function holm(ps: ReadonlyArray<number | null>): ReadonlyArray<number | null> {
  const known = ps.flatMap((p, at) => (p === null ? [] : [{ p, at }]))
  const wrong = known.find(({ p }) => !(p >= 0 && p <= 1))
  if (wrong !== undefined) throw new StatisticsError(`a p is from 0 to 1, found ${wrong.p}`)
  const adjusted: Array<number | null> = ps.map(() => null)
  let least = 0
  for (const [i, { p, at }] of known.sort((a, b) => a.p - b.p).entries()) {
    least = Math.max(least, Math.min(1, (known.length - i) * p))
    adjusted[at] = least
  }
  return adjusted
}
