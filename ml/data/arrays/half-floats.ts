// NumPy's float16 widened to float32, which says each of them exactly; it knows nothing of other elements.
import { ArrayError } from "./array.ts"
import { isNpy } from "./npy.ts"
import { readHeader } from "./npy-header.ts"

/**
 * An `.npy` of float16 as one of float32, little-endian, its shape and order of axes as they were. Other bytes come back as they are.
 *
 * @throws ArrayError when the header is cut off, or the elements are no pairs of bytes
 */
export function widenHalfFloats(bytes: Uint8Array): Uint8Array {
  if (!isNpy(bytes)) return bytes
  const { start, descriptor } = readHeader(bytes)
  const order = /^([<>])f2$/.exec(descriptor)?.[1]
  if (order === undefined) return bytes
  if ((bytes.length - start) % 2 !== 0)
    throw new ArrayError(`the .npy file is cut off within a float16: it has ${bytes.length} bytes`)
  const count = (bytes.length - start) / 2
  const header = new TextDecoder("latin1").decode(bytes.subarray(0, start)).replace(`${order}f2`, "<f4")
  const wide = new Uint8Array(start + 4 * count)
  for (let at = 0; at < start; at++) wide[at] = header.charCodeAt(at)
  const [from, to] = [bytes, wide].map((all) => new DataView(all.buffer, all.byteOffset + start))
  for (let at = 0; at < count; at++)
    to!.setUint32(4 * at, single(from!.getUint16(2 * at, order === "<")), true)
  return wide
}

/**
 * The bits of the float32 of the same value; of NaN the payload stays in front, as hardware widens it.
 *
 * @param half a sign, 5 bits of exponent and 10 of fraction (IEEE 754, binary16)
 */
function single(half: number): number {
  const [sign, exponent, fraction] = [half >>> 15, (half >>> 10) & 31, half & 1023]
  const bits = (power: number, rest: number): number => ((sign << 31) | (power << 23) | rest) >>> 0
  if (exponent === 31) return bits(255, fraction << 13)
  if (exponent > 0) return bits(exponent + 112, fraction << 13)
  if (fraction === 0) return bits(0, 0)
  // Below the least normal half: float32 has room for its leading bit to be implied.
  const shift = Math.clz32(fraction) - 21
  return bits(113 - shift, ((fraction << shift) & 1023) << 13)
}
