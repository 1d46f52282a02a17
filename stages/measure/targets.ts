// Numbers of examples from the bytes of an array, in the shape that is to be measured. Knows not what they mean.
import { decodeArray } from "refold/ml"

/** An array is not of the examples, or of the numbers, that it is to be measured with. */
class OtherNumbers extends Error {
  readonly _tag = "OtherNumbers"
}

/**
 * `[n, width]`, or `[n]` where that is 1.
 *
 * @param examples how many they are to be; undefined for any number
 * @throws OtherNumbers when the shape is another
 */
export function numbersIn(bytes: Uint8Array, examples: number | undefined, width: number) {
  const { shape, data } = decodeArray(bytes)
  const count = shape[0] ?? 0
  if (shape.length > 2 || (shape[1] ?? 1) !== width || count !== (examples ?? count)) {
    const wanted = examples === undefined ? "n" : examples
    throw new OtherNumbers(
      `an array is [${shape.join(", ")}] where [${wanted}, ${width}] is to be measured: name as many classes, labels or numbers as there are columns, and measure what was said of these examples`,
    )
  }
  return { count, data }
}
