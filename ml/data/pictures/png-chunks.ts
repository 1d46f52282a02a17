// What a PNG file says of itself, and whether its pixels are all there; it decodes none.
import { PictureError } from "./picture.ts"

interface PngHeader {
  readonly width: number
  readonly height: number
  /** Bits of a value. */
  readonly depth: number
  /** Values of a pixel. */
  readonly samples: number
  readonly isInterlaced: boolean
}

/** Values of a pixel by the number that stands for its sort of colour. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

export const isPng = (bytes: Uint8Array): boolean =>
  [0x89, 0x50, 0x4e, 0x47].every((byte, at) => bytes[at] === byte)

/** @throws PictureError when the file ends within it, or it describes no picture */
export function pngHeader(bytes: Uint8Array): PngHeader {
  if (bytes.length < 33)
    throw new PictureError(
      `the PNG is cut off: it has ${bytes.length} bytes; fetch or save it again, or take it out`,
    )
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [width, height, depth] = [view.getUint32(16), view.getUint32(20), bytes[24]!]
  const samples = SAMPLES[bytes[25]!]
  if (width === 0 || height === 0 || samples === undefined || view.getUint32(12) !== 0x49484452)
    throw new PictureError("the PNG is damaged: its header describes no picture; fetch or save it again")
  return { width, height, depth, samples, isInterlaced: bytes[28] === 1 }
}

/** @throws PictureError when fewer or more pixels are packed than the header announces */
export async function checkPngLength(bytes: Uint8Array, header: PngHeader): Promise<void> {
  const { unzlibSync } = await import("fflate")
  const held = unzlibSync(packedPixels(bytes)).length
  const announced = passes(header).reduce(
    (sum, [width, height]) => sum + packedSize(header, width, height),
    0,
  )
  if (held !== announced)
    throw new PictureError(
      `the PNG is damaged: its pixels should take ${announced} bytes, and there are ${held}; fetch or save it again, or take it out`,
    )
}

function packedPixels(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: Array<Uint8Array> = []
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    if (view.getUint32(at + 4) === 0x49444154) parts.push(bytes.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  const packed = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    packed.set(part, at)
    at += part.length
  }
  return packed
}

/** A byte for the filter stands before each row. */
const packedSize = ({ depth, samples }: PngHeader, width: number, height: number): number =>
  width === 0 ? 0 : height * (1 + Math.ceil((width * depth * samples) / 8))

/** Width and height of the parts that an interlaced picture comes in, or of the whole. */
function passes({ width, height, isInterlaced }: PngHeader): ReadonlyArray<readonly [number, number]> {
  if (!isInterlaced) return [[width, height]]
  const starts = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const
  return starts.map(([x, y, across, down]) => [
    Math.max(0, Math.ceil((width - x) / across)),
    Math.max(0, Math.ceil((height - y) / down)),
  ])
}
