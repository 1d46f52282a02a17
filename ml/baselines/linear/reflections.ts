// Householder's reflections on columns of numbers: the step of every QR here; knows no equation.

/** Values of one column, or a right-hand side. */
export type Column = Float64Array

/**
 * Turns `column` from place `from` on into its own length, with zeros below: what does that, I − β v vᵀ, is left in the column as v and
 * returned with its β and the value that stands at `from` now (G. H. Golub & C. F. Van Loan, "Matrix computations", section 5.1).
 * A column of zeros is left alone: β is 0.
 */
export function reflection(column: Column, from: number): { readonly beta: number; readonly head: number } {
  let squares = 0
  for (let row = from; row < column.length; row += 1) squares += column[row]! * column[row]!
  const first = column[from]!
  const length = Math.sqrt(squares)
  if (length === 0) return { beta: 0, head: 0 }
  const head = first > 0 ? -length : length
  column[from] = first - head
  return { beta: 1 / (length * (length + Math.abs(first))), head }
}

/** Applies I − β v vᵀ to another column, and says what is left of it below `from`, as a sum of squares. */
export function reflect(v: Column, beta: number, column: Column, from: number): number {
  let product = 0
  for (let row = from; row < v.length; row += 1) product += v[row]! * column[row]!
  const factor = beta * product
  for (let row = from; row < v.length; row += 1) column[row]! -= factor * v[row]!
  let squares = 0
  for (let row = from + 1; row < v.length; row += 1) squares += column[row]! * column[row]!
  return squares
}
