// A local file that is an input or a source: its digest, remembered by what the disk says of it, else taken as a stream. Knows no store.
import { type BigIntStats, statSync } from "node:fs"
import type { Digest } from "../content/digest.ts"
import { hashingFile } from "../content/hash-file.ts"
import { stampOf } from "../content/stamp.ts"
import type { Steps } from "../content/steps.ts"
import { isSettled, type RememberedDigests } from "./remembered-digests.ts"

/** A local file whose digest was taken, and is gone, past reading or another one by now. */
export class FileChanged extends Error {
  readonly _tag = "FileChanged"
}

/** A file as it lies on the disk. */
export interface LocalFile {
  /** In its folder; empty for a file that is an input by itself. */
  readonly name: string
  /** Absolute. */
  readonly path: string
  /** The same for people: as it was declared. */
  readonly shown: string
  readonly digest: Digest
  readonly size: number
  /** What the disk said of it when it was hashed; empty where a change may not show there. */
  readonly stamp: string
  /** Of a script, the line that names what runs it. */
  readonly shebang?: string
}

export const changedWhileRead = (path: string): FileChanged =>
  new FileChanged(`the file ${path} changed while it was read: run again once nobody writes to it any more`)

/** Takes the digests of files, or remembers them. */
export class Reading {
  readonly #remembered: RememberedDigests
  readonly #now: () => number

  /** @param now in milliseconds since 1970 */
  constructor(remembered: RememberedDigests, now: () => number = Date.now) {
    this.#remembered = remembered
    this.#now = now
  }

  /** @throws FileChanged */
  *file(path: string, name: string, shown: string): Steps<LocalFile> {
    const stats = statSync(path, { bigint: true })
    const stamp = stampOf(stats)
    const known = this.#remembered.find(path, stamp)
    if (known?.size !== undefined) return { name, path, shown, ...known, size: known.size }
    const moment = this.#now()
    let line: Pick<LocalFile, "shebang"> = {}
    const hashed = yield* hashingFile(path, (piece, at) => {
      if (at === 0) line = shebangIn(piece)
    })
    const isSame = stampOf(statSync(path, { bigint: true })) === stamp
    if (!isSame || (stats.size > 0n && BigInt(hashed.size) !== stats.size)) throw changedWhileRead(shown)
    const isTold = willShowChanges(stats, hashed.size, moment)
    this.#remembered.learn(path, isTold ? { stamp, ...hashed, ...line } : undefined)
    return { name, path, shown, ...hashed, ...line, stamp: isTold ? stamp : "" }
  }
}

/** Whether what becomes of it shows in its stamp: devices, and files that the system makes up as they are read, have none. */
const willShowChanges = (stats: BigIntStats, size: number, moment: number): boolean =>
  stats.isFile() && isSettled(stats, moment) && stats.size === BigInt(size)

/** As many bytes as the system looks at. */
const shebangAtMost = 256

/** @param bytes with which a file begins. @returns nothing for what is no script */
export function shebangIn(bytes: Uint8Array): Pick<LocalFile, "shebang"> {
  const text = Buffer.from(bytes.subarray(0, shebangAtMost)).toString("latin1")
  return text.startsWith("#!") ? { shebang: text.split(/[\n\r\0]/, 1)[0]! } : {}
}
