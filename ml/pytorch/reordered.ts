// Values of several axes with these in another order; it knows nothing of what they mean.
import type { TensorData } from "../data/tensor.ts"

/**
 * The values in the order in which they lie once the axes are in theirs.
 *
 * @param axes  sizes of the axes as they are
 * @param order which of them comes first then, which second, …
 * @param data  as many values, row-major
 */
export function reordered<D extends TensorData>(
  axes: ReadonlyArray<number>,
  order: ReadonlyArray<number>,
  data: D,
): D {
  const strides = axes.map((_, axis) => axes.slice(axis + 1).reduce((a, b) => a * b, 1))
  const [sizes, steps] = [order.map((axis) => axes[axis]!), order.map((axis) => strides[axis]!)]
  const values = data.slice() as D
  const place = sizes.map(() => 0)
  let from = 0
  for (let at = 0; at < values.length; at++) {
    values[at] = data[from]!
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis]!
      if (++place[axis]! < sizes[axis]!) break
      from -= steps[axis]! * sizes[axis]!
      place[axis] = 0
    }
  }
  return values
}
