// PNG files of every sort, written from raw rows, so that tests need no file that another program made.
import { zlibSync } from "fflate"
import { crc32 } from "../../../../../ml/data/crc32.ts"

interface Png {
  readonly width: number
  readonly height: number
  readonly depth?: number
  /** 0 grey, 2 colour, 3 palette, 4 grey and alpha, 6 colour and alpha. */
  readonly colour?: number
  /** Bytes of a row each, packed as the depth says. */
  readonly rows: ReadonlyArray<ReadonlyArray<number>>
  readonly palette?: ReadonlyArray<number>
  readonly transparent?: ReadonlyArray<number>
  readonly interlaced?: boolean
}

export function chunk(type: string, body: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(12 + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, body.length)
  bytes.set(Buffer.from(type), 4)
  bytes.set(body, 8)
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)))
  return bytes
}

export const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

export function header({
  width,
  height,
  depth = 8,
  colour = 0,
  interlaced = false,
}: Omit<Png, "rows">): Uint8Array {
  const body = new Uint8Array(13)
  const view = new DataView(body.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  body.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8)
  return chunk("IHDR", body)
}

export function pngFile(png: Png): Uint8Array {
  const raw = png.rows.flatMap((row) => [0, ...row])
  return new Uint8Array(
    Buffer.concat([
      signature,
      header(png),
      ...(png.palette ? [chunk("PLTE", png.palette)] : []),
      ...(png.transparent ? [chunk("tRNS", png.transparent)] : []),
      chunk("IDAT", zlibSync(Uint8Array.from(raw))),
      chunk("IEND", []),
    ]),
  )
}

/** One colour everywhere. */
export const plainPng = (
  [height, width]: readonly [number, number],
  value: number | readonly [number, number, number],
): Uint8Array => {
  const pixel = typeof value === "number" ? [value] : value
  const row = Array.from({ length: width }, () => pixel).flat()
  return pngFile({
    width,
    height,
    colour: pixel.length === 1 ? 0 : 2,
    rows: Array.from({ length: height }, () => row),
  })
}
