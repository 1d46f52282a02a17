// The least-squares solution of least length, by QR with column pivoting; knows nothing of examples.
import { type Column, reflect, reflection } from "./reflections.ts"

/**
 * x that makes ‖A x − b‖ least, and of several the shortest: QR with column pivoting, and where columns depend on each other a second
 * QR of what is left (a complete orthogonal decomposition; G. H. Golub & C. F. Van Loan, "Matrix computations", section 5.5).
 * Of columns of one length the first is taken. A column counts as dependent when what is left of it is shorter than the longest times
 * max(rows, columns) · 2⁻⁵². In double precision, sums by rows.
 *
 * @param columns of A, overwritten
 * @param sides   one b or several, overwritten
 * @returns one x for each b
 */
export function leastSquares(
  columns: ReadonlyArray<Column>,
  sides: ReadonlyArray<Column>,
): ReadonlyArray<Float64Array> {
  const height = columns[0]!.length
  const order = columns.map((_, at) => at)
  const left = Float64Array.from(columns, (column) => column.reduce((sum, value) => sum + value * value, 0))
  const heads: Array<number> = []
  const steps = Math.min(height, columns.length)
  let tolerance = 0
  for (let step = 0; step < steps; step += 1) {
    let pivot = step
    for (let at = step + 1; at < order.length; at += 1)
      if (left[order[at]!]! > left[order[pivot]!]!) pivot = at
    ;[order[step], order[pivot]] = [order[pivot]!, order[step]!]
    const column = columns[order[step]!]!
    const length = Math.sqrt(left[order[step]!]!)
    if (step === 0) tolerance = length * Math.max(height, columns.length) * Number.EPSILON
    if (length <= tolerance) break
    const { beta, head } = reflection(column, step)
    heads.push(head)
    for (const at of order.slice(step + 1)) left[at] = reflect(column, beta, columns[at]!, step)
    for (const b of sides) reflect(column, beta, b, step)
  }
  const pivoted = order.map((at) => columns[at]!)
  return sides.map((b) => {
    const sorted = solveTriangle(pivoted, heads, b)
    const solution = new Float64Array(columns.length)
    for (const [place, at] of order.entries()) solution[at] = sorted[place]!
    return solution
  })
}

/** The shortest z with R z = b, where R is the first `heads.length` rows of the columns, `heads` on its diagonal. */
function solveTriangle(
  columns: ReadonlyArray<Column>,
  heads: ReadonlyArray<number>,
  b: Column,
): Float64Array {
  const rank = heads.length
  if (rank === columns.length) {
    const z = new Float64Array(rank)
    for (let row = rank - 1; row >= 0; row -= 1) {
      let rest = b[row]!
      for (let at = row + 1; at < rank; at += 1) rest -= columns[at]![row]! * z[at]!
      z[row] = rest / heads[row]!
    }
    return z
  }
  if (rank === 0) return new Float64Array(columns.length)
  return shortest(
    heads.map((head, row) =>
      Float64Array.from(columns, (column, at) => (at < row ? 0 : at === row ? head : column[row]!)),
    ),
    b,
  )
}

/** The shortest z whose products with the rows are b: QR of the rows as columns, Rᵀ y = b, z = Q y. */
function shortest(rows: ReadonlyArray<Column>, b: Column): Float64Array {
  const reflections = rows.map((row, step) => {
    const found = reflection(row, step)
    for (const other of rows.slice(step + 1)) reflect(row, found.beta, other, step)
    return found
  })
  const z = new Float64Array(rows[0]!.length)
  for (const [at, { head }] of reflections.entries()) {
    let rest = b[at]!
    for (let before = 0; before < at; before += 1) rest -= rows[at]![before]! * z[before]!
    z[at] = rest / head
  }
  for (let step = rows.length - 1; step >= 0; step -= 1)
    reflect(rows[step]!, reflections[step]!.beta, z, step)
  return z
}
