// How two files of named tensors differ, for people; it knows nothing of what the tensors mean.
import { decodeSafetensors } from "./safetensors.ts"
import type { Tensors } from "./tensor.ts"

/**
 * One line a tensor that differs: the count of unequal elements and the largest difference. No lines for bytes that
 * are no safetensors file.
 */
export function compareTensors(_kind: string, before: Uint8Array, after: Uint8Array): ReadonlyArray<string> {
  const [a, b] = [tensorsOf(before), tensorsOf(after)]
  if (a === undefined || b === undefined) return []
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort().flatMap((name) => {
    const [left, right] = [a[name], b[name]]
    if (left === undefined || right === undefined)
      return [`${name}: only in ${left === undefined ? "the new" : "the locked"} one`]
    if (`${left.shape}` !== `${right.shape}`)
      return [`${name}: shape [${left.shape}] became [${right.shape}]`]
    let unequal = 0
    let largest = 0
    for (let i = 0; i < left.data.length; i++) {
      const difference = Math.abs(left.data[i]! - right.data[i]!)
      if (difference === 0) continue
      unequal++
      if (!(difference <= largest)) largest = difference
    }
    return unequal === 0
      ? []
      : [`${name}: ${unequal} of ${left.data.length} elements unequal, by ${largest} at most`]
  })
}

function tensorsOf(bytes: Uint8Array): Tensors | undefined {
  try {
    return decodeSafetensors(bytes).tensors
  } catch {
    return undefined
  }
}
