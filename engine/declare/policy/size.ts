// Sizes as people write them: `5GB`, `500MB`, `2GiB`, `1.5 TB`. Pure.

const units = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
} as const

/** A number and its unit, such as `5GB` or `1.5 TiB`. */
export type Size = `${number}${"" | " "}${keyof typeof units | "KB"}`

/** What a size may look like, for messages. */
export const sizeWanted = "a size is wanted, such as 5GB, 500MB or 2GiB"

/** @returns the bytes; undefined for what is no size */
export function bytesOf(size: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/i.exec(size.trim()) ?? []
  const known = Object.entries(units).find(([name]) => name.toLowerCase() === unit?.toLowerCase())
  if (amount === undefined || known === undefined) return undefined
  const bytes = Math.round(Number(amount) * known[1])
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
