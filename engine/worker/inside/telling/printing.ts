// What a stage prints leaves the worker at once, also from synchronous code, and whatever it does to the streams it got.
// Imported before all else: Node's own streams, once anything looked at them, make the pipes such that what native code writes may
// be refused while the coordinator is behind.
import { Writable } from "node:stream"
import { hiding } from "./masking.ts"
import { writeWhileRead } from "./write-while-read.ts"

type Done = () => void

/** Who takes what is printed, if anybody does. @returns whether it did */
type Take = (bytes: Uint8Array) => boolean
let take: Take | undefined

/** From here on what is printed by several tasks is told apart by `taking`. */
export function takePrinted(taking: Take): void {
  take = taking
}

const nothing = new Uint8Array()

/** A stream that never ends: a stage may end it, and the next one prints too. */
class Printed extends Writable {
  readonly fd: number
  #masking = hiding()
  #masked = this.#masking.stream()

  constructor(fd: number) {
    super({ highWaterMark: Number.MAX_SAFE_INTEGER })
    this.fd = fd
  }

  override _write(bytes: Uint8Array, _: BufferEncoding, done: Done): void {
    const isTaken = take?.(bytes) === true
    const shown = isTaken ? nothing : this.#shown(bytes)
    if (shown.length > 0) writeWhileRead(this.fd, shown)
    done()
  }

  /** Without the secrets that the worker was handed by now. */
  #shown(bytes: Uint8Array): Uint8Array {
    if (this.#masking !== hiding()) {
      this.release()
      this.#masking = hiding()
      this.#masked = this.#masking.stream()
    }
    return this.#masking.areNone ? bytes : this.#masked.take(bytes)
  }

  /** Writes what was held back, as it may be the start of a secret, now that the task has ended. */
  release(): void {
    const rest = this.#masked.end()
    if (rest.length > 0) writeWhileRead(this.fd, rest)
  }

  override end(...args: ReadonlyArray<unknown>): this {
    const [chunk, encoding] = args
    if (chunk !== undefined && chunk !== null && typeof chunk !== "function")
      this.write(chunk, (typeof encoding === "string" ? encoding : "utf8") as BufferEncoding)
    while (this.writableCorked > 0) this.uncork()
    process.nextTick(() => {
      this.emit("finish")
      for (const done of args) if (typeof done === "function") done()
    })
    return this
  }

  override destroy(): this {
    return this
  }
}

const streams = { stdout: new Printed(1), stderr: new Printed(2) }

// What `console` writes to.
for (const [name, value] of Object.entries(streams))
  Object.defineProperty(process, name, { value, configurable: true, enumerable: true })

/** Writes all that was printed and held back: to be called when a task has ended. */
export function releasePrinted(): void {
  for (const stream of Object.values(streams)) stream.release()
}
