// How good it is to part a node's examples, as they move one by one from the right part to the left. Knows no feature.

/** Of the examples of one node. */
export interface Tally {
  /** All to the right. */
  reset(rows: Uint32Array): void
  /** One to the left. */
  move(row: number): void
  /** The more the better; only differences between partings of one node mean anything. */
  score(left: number, right: number): number
  /** Whether there is nothing to gain: all of one class, or numbers that do not vary. */
  isPure(rows: Uint32Array): boolean
  /** What a leaf of these says: shares of the classes, or the means. */
  values(rows: Uint32Array): ReadonlyArray<number>
}

/**
 * Gini's impurity: Σ counts² of each part over its size, which is largest where the parts' impurities, weighted by size, are least
 * (L. Breiman, J. H. Friedman, R. A. Olshen & C. J. Stone 1984, "Classification and regression trees", section 4.3). Whole numbers
 * but for two divisions.
 */
export function giniTally(labels: ArrayLike<number>, classes: number): Tally {
  const [left, right] = [new Float64Array(classes), new Float64Array(classes)]
  let [leftSquares, rightSquares] = [0, 0]
  const countsOf = (rows: Uint32Array): Float64Array => {
    const counts = new Float64Array(classes)
    for (const row of rows) counts[labels[row]!]! += 1
    return counts
  }
  return {
    reset: (rows) => {
      left.fill(0)
      right.set(countsOf(rows))
      leftSquares = 0
      rightSquares = right.reduce((sum, count) => sum + count * count, 0)
    },
    move: (row) => {
      const label = labels[row]!
      leftSquares += 2 * left[label]! + 1
      rightSquares -= 2 * right[label]! - 1
      left[label]! += 1
      right[label]! -= 1
    },
    score: (sizeLeft, sizeRight) => leftSquares / sizeLeft + rightSquares / sizeRight,
    isPure: (rows) => countsOf(rows).filter((count) => count > 0).length === 1,
    values: (rows) => Array.from(countsOf(rows), (count) => count / rows.length),
  }
}

/**
 * Squared error: (Σy)² of each part over its size, which is largest where the squared distances from the parts' means are least; of
 * several numbers an example the sum over them, in their order.
 *
 * @param numbers `[rows, outputs]`, row-major
 */
export function varianceTally(numbers: ArrayLike<number>, outputs: number): Tally {
  const [totals, left] = [new Float64Array(outputs), new Float64Array(outputs)]
  const sumOf = (rows: Uint32Array, output: number): number => {
    let sum = 0
    for (const row of rows) sum += numbers[row * outputs + output]!
    return sum
  }
  const variance = (rows: Uint32Array, output: number): number => {
    let squares = 0
    for (const row of rows) squares += numbers[row * outputs + output]! * numbers[row * outputs + output]!
    const mean = sumOf(rows, output) / rows.length
    return squares / rows.length - mean * mean
  }
  return {
    reset: (rows) => {
      left.fill(0)
      for (let output = 0; output < outputs; output += 1) totals[output] = sumOf(rows, output)
    },
    move: (row) => {
      for (let output = 0; output < outputs; output += 1) left[output]! += numbers[row * outputs + output]!
    },
    score: (sizeLeft, sizeRight) => {
      let score = 0
      for (let output = 0; output < outputs; output += 1) {
        const [l, r] = [left[output]!, totals[output]! - left[output]!]
        score += (l * l) / sizeLeft + (r * r) / sizeRight
      }
      return score
    },
    isPure: (rows) => {
      let sum = 0
      for (let output = 0; output < outputs; output += 1) sum += variance(rows, output)
      return sum / outputs <= Number.EPSILON
    },
    values: (rows) => Array.from({ length: outputs }, (_, output) => sumOf(rows, output) / rows.length),
  }
}
