// Grey or coloured pixels to PNG bytes, stored without compression so that no zlib can change them; knows nothing of charts.
import { crc32 } from "../data/crc32.ts"

/**
 * Encodes an image of 8-bit values (PNG, third edition: https://www.w3.org/TR/png-3/; zlib stored blocks,
 * RFC 1950 and 1951).
 *
 * @param values   `height × width × channels` values, 0 dark to 255 bright, row-major
 * @param channels 1 for grey, 3 for red, green and blue
 * @throws RangeError when they are not that many, or there are none
 */
export const encodePng = (
  values: Uint8Array,
  height: number,
  width: number,
  channels: 1 | 3 = 1,
): Uint8Array => {
  const stride = width * channels
  if (values.length !== height * stride || values.length === 0) {
    throw new RangeError(`an image of ${height} × ${width} pixels has other than ${values.length} values`)
  }
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header[8] = 8
  header[9] = channels === 1 ? 0 : 2
  const rows = new Uint8Array(height * (stride + 1))
  for (let row = 0; row < height; row += 1) {
    rows.set(values.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1)
  }
  return join([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", zlibStored(rows)),
    chunk("IEND", new Uint8Array(0)),
  ])
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const BLOCK = 0xffff

const chunk = (type: string, data: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(12 + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  for (let at = 0; at < 4; at += 1) bytes[4 + at] = type.charCodeAt(at)
  bytes.set(data, 8)
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)))
  return bytes
}

const zlibStored = (data: Uint8Array): Uint8Array => {
  const blocks: Array<Uint8Array> = [Uint8Array.of(0x78, 0x01)]
  for (let at = 0; at < data.length; at += BLOCK) {
    const block = data.subarray(at, at + BLOCK)
    const last = at + BLOCK >= data.length ? 1 : 0
    const { length } = block
    blocks.push(Uint8Array.of(last, length & 255, length >>> 8, ~length & 255, (~length >>> 8) & 255), block)
  }
  const checksum = new Uint8Array(4)
  new DataView(checksum.buffer).setUint32(0, adler32(data))
  return join([...blocks, checksum])
}

const adler32 = (bytes: Uint8Array): number => {
  let [a, b] = [1, 0]
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return ((b << 16) | a) >>> 0
}

const join = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
