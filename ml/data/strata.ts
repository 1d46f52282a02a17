// Examples grouped by their class, the ground that stratified draws stand on; draws nothing itself.

/** An impossible demand on a split, a subset or folds. */
export class StrataError extends Error {
  readonly _tag = "StrataError"

  constructor(message: string) {
    super(message)
    this.name = "StrataError"
  }
}

/** The examples of one class. */
interface Stratum {
  readonly label: number
  /** Positions in the dataset, in the order in which they were given. */
  readonly members: Uint32Array
}

/**
 * Groups examples by class; classes ascend, and those without an example are absent.
 *
 * @param labels class of every example of the dataset
 * @param among  which examples take part, each once
 * @throws StrataError when an index points past the labels
 */
export const strata = (labels: Uint8Array, among: Uint32Array): ReadonlyArray<Stratum> => {
  const groups = new Map<number, Array<number>>()
  for (const index of among) {
    const label = labels[index]
    if (label === undefined) {
      throw new StrataError(`example ${index} has no label: there are ${labels.length} labels`)
    }
    const group = groups.get(label)
    if (group === undefined) groups.set(label, [index])
    else group.push(index)
  }
  return [...groups.entries()]
    .sort(([a], [b]) => a - b)
    .map(([label, members]) => ({ label, members: Uint32Array.from(members) }))
}

/**
 * Shares `count` among groups in proportion to their sizes by largest remainders (Hamilton's method), in
 * integers, so exactly; on a tie the earlier group gets the more.
 *
 * @param sizes sizes of the groups
 * @param count an integer of 0 to the sum of the sizes
 * @returns one share a group; they sum to `count`, and none exceeds its group
 */
export const proportionalShares = (sizes: ReadonlyArray<number>, count: number): ReadonlyArray<number> => {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total === 0) return sizes.map(() => 0)
  const remainders = sizes.map((size) => (size * count) % total)
  const shares = sizes.map((size, at) => (size * count - remainders[at]!) / total)
  const open = count - shares.reduce((sum, share) => sum + share, 0)
  const byRemainder = sizes.map((_, at) => at).sort((a, b) => remainders[b]! - remainders[a]! || a - b)
  for (const at of byRemainder.slice(0, open)) shares[at]! += 1
  return shares
}
