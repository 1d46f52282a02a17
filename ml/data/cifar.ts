// CIFAR's binary files: a record is one or two bytes of class and 3 × 32 × 32 of a picture, colour by colour. It reads no folder.
// https://www.cs.toronto.edu/~kriz/cifar.html
import { ArrayError, type ArrayOf } from "./arrays/array.ts"

const SIDE = 32
const AREA = SIDE * SIDE

/** `cifar-10`: one byte of class. `cifar-100`: the coarse class and then the fine one, which is taken. */
export type Cifar = "cifar-10" | "cifar-100"

/**
 * Decodes files of records, one behind the other, into `[n, 32, 32, 3]` bytes, red, green and blue of each pixel together, and
 * class numbers `[n]`.
 *
 * @param files by name, in the order wanted
 * @throws ArrayError for a file that is no whole number of records, or a class that is too high, by file and record
 */
export function decodeCifar(
  files: ReadonlyMap<string, Uint8Array>,
  format: Cifar,
): { readonly inputs: ArrayOf; readonly targets: ArrayOf } {
  const [before, classes] = format === "cifar-10" ? [1, 10] : [2, 100]
  const size = before + 3 * AREA
  let count = 0
  for (const [name, bytes] of files) {
    if (bytes.length === 0 || bytes.length % size !== 0)
      throw new ArrayError(
        `${name} has ${bytes.length} bytes, which is no whole number of records of ${size}: cut off, still packed, or not ${format}'s binary version; fetch it again`,
      )
    count += bytes.length / size
  }
  const inputs = new Uint8Array(count * 3 * AREA)
  const targets = new Uint8Array(count)
  let next = 0
  for (const [name, bytes] of files)
    for (let start = 0; start < bytes.length; start += size, next++) {
      const label = bytes[start + before - 1]!
      if (label >= classes)
        throw new ArrayError(
          `${name}, record ${start / size + 1}: class ${label} is not below ${classes}: damaged, or not ${format}'s binary version`,
        )
      targets[next] = label
      interleave(bytes.subarray(start + before, start + size), inputs.subarray(next * 3 * AREA))
    }
  return {
    inputs: { shape: [count, SIDE, SIDE, 3], data: inputs },
    targets: { shape: [count], data: targets },
  }
}

function interleave(planes: Uint8Array, pixels: Uint8Array): void {
  for (let pixel = 0; pixel < AREA; pixel++)
    for (let colour = 0; colour < 3; colour++) pixels[3 * pixel + colour] = planes[colour * AREA + pixel]!
}

/** The names of classes, a line each, by class number. @throws ArrayError when they are not as many as the format has */
export function cifarClasses(text: string, format: Cifar): ReadonlyArray<string> {
  const names = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
  const classes = format === "cifar-10" ? 10 : 100
  if (names.length === classes) return names
  throw new ArrayError(
    `there are ${names.length} names of classes, and ${format} has ${classes}: fetch the file again`,
  )
}
