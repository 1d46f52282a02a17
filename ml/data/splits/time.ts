// Splits and folds along time: what validates is later than all that is fitted, so that nothing is learnt from the future.

import { everyIndex } from "../indices.ts"
import { StrataError } from "../strata.ts"
import { type Split, type ValidationSize, validationCount } from "../stratified.ts"

/**
 * Splits examples so that the latest validate. Those of one moment stay together, in the validation part, which may so
 * become larger than was asked for.
 *
 * @param times when every example of the dataset was, in any unit
 * @param among which examples to split; all by default
 * @throws StrataError when a time is not finite, or the size leaves a part empty
 */
export function timeSplit(
  times: ReadonlyArray<number>,
  size: ValidationSize,
  among: Uint32Array = everyIndex(times.length),
): Split {
  const sorted = inTime(times, among)
  const count = validationCount(size, among.length)
  if (!Number.isInteger(count) || count < 1 || count >= among.length)
    throw new StrataError(
      `a validation part takes 1 to ${among.length - 1} of ${among.length} examples, asked for ${count}`,
    )
  const from = startOfMoment(times, sorted, sorted.length - count)
  if (from === 0)
    throw new StrataError(
      "all examples up to the part that validates are of one moment: take a smaller part to validate, or a column of finer times",
    )
  return { train: sorted.slice(0, from).sort(), validation: sorted.slice(from).sort() }
}

/**
 * Splits examples into k folds of k + 1 stretches of time, as long as each other in examples: fold i trains on all stretches
 * before its own and validates on it, so the first stretch never validates and the last never trains.
 *
 * @returns k splits, in the order of time
 * @throws StrataError when k is no integer of at least 2, or there are too few moments to part them
 */
export function timeFolds(
  times: ReadonlyArray<number>,
  k: number,
  among: Uint32Array = everyIndex(times.length),
): ReadonlyArray<Split> {
  if (!Number.isInteger(k) || k < 2)
    throw new StrataError(`cross-validation needs at least 2 folds, asked for ${k}`)
  const sorted = inTime(times, among)
  const bounds = Array.from({ length: k + 2 }, (_, at) =>
    startOfMoment(times, sorted, Math.floor((at * sorted.length) / (k + 1))),
  )
  return Array.from({ length: k }, (_, fold) => {
    const [start, end] = [bounds[fold + 1]!, bounds[fold + 2]!]
    if (start === 0 || start === end)
      throw new StrataError(
        `${k} folds along time need ${k + 1} stretches, and there are too few moments to part them: take fewer folds`,
      )
    return { train: sorted.slice(0, start).sort(), validation: sorted.slice(start, end).sort() }
  })
}

/** Earliest first; of one moment in the order of the dataset. */
function inTime(times: ReadonlyArray<number>, among: Uint32Array): Uint32Array {
  for (const index of among)
    if (!Number.isFinite(times[index]))
      throw new StrataError(`example ${index} has no time that can be compared: ${times[index]}`)
  return Uint32Array.from(among).sort((a, b) => times[a]! - times[b]! || a - b)
}

/** Where the moment begins that holds a place in the order of time. */
function startOfMoment(times: ReadonlyArray<number>, sorted: Uint32Array, place: number): number {
  let start = place
  while (start > 0 && start < sorted.length && times[sorted[start - 1]!] === times[sorted[start]!]) start -= 1
  return start
}
