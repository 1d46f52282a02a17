// Which examples a trainer is asked for, checked; it knows nothing of what they hold.
import type { Dataset } from "./trainer.ts"

/** Throws RangeError for a batch that is too large, or has an example that the dataset has not. */
export function checkBatch(
  dataset: Dataset,
  order: Uint32Array,
  from: number,
  count: number,
  batchSize: number,
): void {
  const isWithin = Number.isInteger(from) && from >= 0 && from + count <= order.length
  if (!(count >= 1 && count <= batchSize && isWithin))
    throw new RangeError(`a batch of ${count} from ${from} on is not within 1 to ${batchSize} examples`)
  for (let i = from; i < from + count; i++)
    if (!(order[i]! < dataset.count))
      throw new RangeError(`example ${order[i]} is not among ${dataset.count}`)
}

/** Throws RangeError for examples that the dataset has not. */
export function checkRange(dataset: Dataset, from: number, count: number): void {
  if (from < 0 || from + count > dataset.count)
    throw new RangeError(`examples ${from} to ${from + count} are not within ${dataset.count}`)
}
