// The log of an attempt: a file with the first and the last part of what it printed, and how much was left out between them.
// Written as it comes; it takes the same room and the same memory however much is printed.
import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from "node:fs"
import { dirname } from "node:path"

/** Bytes that are kept of the start, and as many of the end. */
const part = 256 * 1024

export class AttemptLog {
  readonly #path: string
  #file: number | undefined
  #written = 0
  #isLost = false

  constructor(path: string) {
    this.#path = path
  }

  /** Never throws: a log that cannot be written is lost, and its attempt goes on. */
  write(text: string): void {
    this.#trying(() => {
      if (text === "") return
      this.#file ??= this.#open()
      let bytes = Buffer.from(text)
      const room = part - this.#written
      if (room > 0) {
        const first = bytes.subarray(0, room)
        writeSync(this.#file, first, 0, first.length, this.#written)
        this.#written += first.length
        bytes = bytes.subarray(first.length)
      }
      // What is more than the last part would be overwritten at once.
      const skipped = Math.max(0, bytes.length - part)
      this.#written += skipped
      this.#writeRound(this.#file, bytes.subarray(skipped))
    })
  }

  /** @returns whether there is a file */
  close(): boolean {
    this.#trying(() => {
      if (this.#file === undefined) return
      if (this.#written > 2 * part) this.#unroll(this.#file)
      closeSync(this.#file)
    })
    return this.#file !== undefined && !this.#isLost
  }

  #open(): number {
    mkdirSync(dirname(this.#path), { recursive: true })
    return openSync(this.#path, "w+")
  }

  /** Behind the first part the file is a ring: what is newest overwrites what is oldest. */
  #writeRound(file: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const where = (this.#written - part) % part
      const length = Math.min(bytes.length - at, part - where)
      writeSync(file, bytes, at, length, part + where)
      this.#written += length
      at += length
    }
  }

  /** The ring in the order in which it was printed, with what is missing said before it. */
  #unroll(file: number): void {
    const first = Buffer.alloc(part)
    const ring = Buffer.alloc(part)
    readSync(file, first, 0, part, 0)
    readSync(file, ring, 0, part, part)
    const oldest = (this.#written - part) % part
    const last = Buffer.concat([ring.subarray(oldest), ring.subarray(0, oldest)])
    const end = wholeEnd(first)
    const start = wholeStart(last)
    const left = this.#written - end - (part - start)
    const note = Buffer.from(`\n… ${left.toLocaleString("en")} bytes left out …\n`)
    const rest = Buffer.concat([note, last.subarray(start)])
    writeSync(file, rest, 0, rest.length, end)
    ftruncateSync(file, end + rest.length)
  }

  #trying(act: () => void): void {
    if (this.#isLost) return
    try {
      act()
    } catch {
      this.#isLost = true
    }
  }
}

/** Whether a byte goes on with a character of UTF-8 that began before it. */
const goesOn = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** Where the last character ends that is whole. */
function wholeEnd(bytes: Uint8Array): number {
  let start = bytes.length - 1
  while (start > bytes.length - 4 && goesOn(bytes[start])) start--
  const lead = bytes[start]!
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  return start + length <= bytes.length ? bytes.length : start
}

/** Where the first character begins that is whole. */
function wholeStart(bytes: Uint8Array): number {
  let start = 0
  while (start < 3 && goesOn(bytes[start])) start++
  return start
}
