// What the disk says of a file, by which its bytes are believed without reading them. Knows no digest's file and no store.
import type { BigIntStats } from "node:fs"
import type { Digest } from "./digest.ts"

/**
 * What the disk says of a file; any change of it changes this. On Windows the time of a change of status is NTFS's own; other
 * file systems there have none, and an edit that keeps size and time of modification is then not seen.
 */
export const stampOf = ({ size, mtimeNs, ctimeNs, ino, dev }: BigIntStats): string =>
  [size, mtimeNs, ctimeNs, ino, dev].join(" ")

/** 2000-01-01, in seconds since 1970: before anything was stored. */
const earliest = 946_684_800
/** Some disks keep times to two seconds. */
const step = 2

/**
 * The time of modification that an object gets when it is stored, in seconds since 1970: one of its own, years ago. Whoever
 * writes to the file leaves the time of writing there, and whoever puts another object in its place that object's.
 */
export const storedTime = (digest: Digest): number =>
  earliest + step * Number.parseInt(digest.slice(0, 7), 16)

/** Whether nobody has written to an object since it was stored, as far as the disk tells. */
export const isAsStored = (
  { size, mtimeMs }: { readonly size: number | bigint; readonly mtimeMs: number | bigint },
  digest: Digest,
  expected: number,
): boolean => Number(size) === expected && Number(mtimeMs) === storedTime(digest) * 1000
