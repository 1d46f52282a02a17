// The check sum of PNG's chunks and of a zip archive's entries; it knows neither.

/** Of each byte what eight steps make of it. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/** CRC-32 of the bytes (PNG, third edition, annex D: https://www.w3.org/TR/png-3/#D-CRCAppendix), 0 to 2^32 − 1. */
export const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (let at = 0; at < bytes.length; at += 1) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[at]!) & 255]!
  return ~crc >>> 0
}
