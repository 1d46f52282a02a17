// A ledger's bytes as they stand, with what its write-ahead log adds: for reading where nothing may be written beside it,
// and for salvage. It knows the formats of the database file and of the log (sqlite.org/fileformat.html), and no table.
import { existsSync, readFileSync } from "node:fs"

const walHead = 32
const frameHead = 24

/**
 * The whole database as one file without a log, in the journal mode that memory can open.
 *
 * A checkpoint by another process may tear what is read of the database file. All that it writes is in the log, which then
 * has not been begun anew: its head is the same before and after.
 */
export function snapshotOf(path: string): Buffer {
  for (let left = 20; ; left--) {
    const before = headOf(readLog(path))
    const database = readFileSync(path)
    const log = readLog(path)
    if (left === 0 || before.equals(headOf(log))) return merged(database, log)
  }
}

const readLog = (path: string): Buffer =>
  existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : Buffer.alloc(0)

const headOf = (log: Buffer): Buffer => log.subarray(0, walHead)

/** The database with every transaction that the log holds whole; what is torn after them is left out, as SQLite does. */
export function merged(database: Buffer, log: Buffer): Buffer {
  const found = committedPages(log)
  const size = found.pages.size === 0 ? database.length : found.count * found.pageSize
  const whole = Buffer.alloc(size)
  database.copy(whole, 0, 0, Math.min(size, database.length))
  for (const [page, at] of found.pages)
    if (page <= found.count) log.copy(whole, (page - 1) * found.pageSize, at, at + found.pageSize)
  if (size >= 20) whole[18] = whole[19] = 1 // memory has no write-ahead log
  return whole
}

interface Committed {
  readonly pageSize: number
  /** How many pages the database has after the last transaction. */
  readonly count: number
  /** Page → where its newest content lies in the log. */
  readonly pages: ReadonlyMap<number, number>
}

function committedPages(log: Buffer): Committed {
  const pages = new Map<number, number>()
  let count = 0
  const pageSize = log.length < walHead ? 0 : log.readUInt32BE(8)
  const isLog = pageSize >= 512 && pageSize <= 65536 && (log.readUInt32BE(0) & ~1) === 0x377f0682
  if (!isLog) return { pageSize, count, pages }
  const sum = new Checksum((log.readUInt32BE(0) & 1) === 1)
  sum.add(log, 0, 24)
  if (!sum.isAt(log, 24)) return { pageSize, count, pages }
  const open = new Map<number, number>()
  for (let at = walHead; at + frameHead + pageSize <= log.length; at += frameHead + pageSize) {
    if (!log.subarray(at + 8, at + 16).equals(log.subarray(16, 24))) break // left by an earlier turn of the log
    sum.add(log, at, 8)
    sum.add(log, at + frameHead, pageSize)
    if (!sum.isAt(log, at + 16)) break
    open.set(log.readUInt32BE(at), at + frameHead)
    const committed = log.readUInt32BE(at + 4)
    if (committed === 0) continue
    count = committed
    for (const [page, content] of open) pages.set(page, content)
    open.clear()
  }
  return { pageSize, count, pages }
}

/** The log's running checksum: over pairs of words, in the byte order that its head names. */
class Checksum {
  readonly #isBig: boolean
  #first = 0
  #second = 0

  constructor(isBig: boolean) {
    this.#isBig = isBig
  }

  add(bytes: Buffer, from: number, length: number): void {
    const word = (at: number): number => (this.#isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at))
    for (let at = from; at < from + length; at += 8) {
      this.#first = (this.#first + word(at) + this.#second) >>> 0
      this.#second = (this.#second + word(at + 4) + this.#first) >>> 0
    }
  }

  isAt(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second
  }
}
