// What a JPEG file says of itself before its pixels: how they are coded, and in which colours. It decodes none.
// https://www.w3.org/Graphics/JPEG/itu-t81.pdf
import { PictureError } from "./picture.ts"

export interface JpegHeader {
  /** 0 baseline, 1 extended, 2 progressive; others are lossless or arithmetic. */
  readonly method: number
  /** Bits of a value. */
  readonly precision: number
  readonly components: number
  /** Whether three components are red, green and blue, and not brightness and two differences of colour. */
  readonly isRgb: boolean
}

export const isJpeg = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff

/** Markers of a frame: SOF0 to SOF15 without DHT, JPG and DAC, which stand among them. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** @throws PictureError when the file ends before a frame begins, or is not made of segments */
export function jpegHeader(bytes: Uint8Array): JpegHeader {
  let transform: number | undefined
  let isJfif = false
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) break
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!
    const segment = bytes.subarray(at + 4, at + 2 + length)
    if (marker === 0xe0 && says(segment, "JFIF")) isJfif = true
    if (marker === 0xee && says(segment, "Adobe")) transform = segment[11]
    if (isFrame(marker)) return frameOf(marker - 0xc0, segment, isJfif, transform)
    at += 2 + length
  }
  throw cutOff()
}

function frameOf(
  method: number,
  segment: Uint8Array,
  isJfif: boolean,
  transform: number | undefined,
): JpegHeader {
  const components = segment[5] ?? 0
  const isNamedRgb = [82, 71, 66].every((letter, at) => segment[6 + 3 * at] === letter)
  const isRgb = components === 3 && !isJfif && (transform === 0 || (transform === undefined && isNamedRgb))
  if (segment.length < 6 + 3 * components) throw cutOff()
  const [height, width] = [(segment[1]! << 8) | segment[2]!, (segment[3]! << 8) | segment[4]!]
  if (height === 0 || width === 0)
    throw new PictureError(
      "the JPEG is damaged: its frame has no size; fetch or save it again, or take it out",
    )
  return { method, precision: segment[0]!, components, isRgb }
}

const cutOff = (): PictureError =>
  new PictureError(
    "the JPEG is cut off or damaged: it ends before its pixels begin; fetch or save it again, or take it out",
  )

const says = (segment: Uint8Array, word: string): boolean =>
  Array.from(word, (letter, at) => segment[at] === letter.charCodeAt(0)).every(Boolean)
