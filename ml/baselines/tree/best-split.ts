// The feature and threshold that part a node's examples best. Knows nothing of what comes of the parts.
import type { Sorter, Table } from "./sorted-rows.ts"
import type { Tally } from "./tallies.ts"

export interface Split {
  readonly feature: number
  /** Examples whose value is at most this go left. */
  readonly threshold: number
}

/** Values as near as this count as one. */
const NEAR = Math.fround(1e-7)

/**
 * The best of all partings between two neighbouring values that leave `minimumLeaf` examples on either side; of equals the lowest feature,
 * then the lowest threshold. The threshold is half way between. Values that differ by 10⁻⁷ or less, in float32, count as one, as in
 * scikit-learn. A parting that gains nothing is taken too: what follows may gain (of two features that only together tell).
 *
 * @param rows   the node's examples, rising
 * @param sorted room for as many
 */
export function bestSplit(
  { data, features }: Table,
  rows: Uint32Array,
  sorter: Sorter,
  tally: Tally,
  minimumLeaf: number,
  sorted: Uint32Array,
): Split | undefined {
  let [best, highest]: [Split | undefined, number] = [undefined, Number.NEGATIVE_INFINITY]
  for (let feature = 0; feature < features; feature += 1) {
    sorter.sort(rows, feature, sorted)
    const value = (at: number): number => data[sorted[at]! * features + feature]!
    if (!isAbove(value(rows.length - 1), value(0))) continue
    tally.reset(rows)
    for (let at = 1; at <= rows.length - minimumLeaf; at += 1) {
      tally.move(sorted[at - 1]!)
      if (at < minimumLeaf || !isAbove(value(at), value(at - 1))) continue
      const score = tally.score(at, rows.length - at)
      if (score > highest)
        [best, highest] = [{ feature, threshold: value(at - 1) / 2 + value(at) / 2 }, score]
    }
  }
  return best
}

const isAbove = (value: number, below: number): boolean => value > Math.fround(below + NEAR)
