// What a stage prints leaves the worker at once, also from synchronous code, and whatever it does to the streams it got.
// Imported before all else: Node's own streams, once anything looked at them, make the pipes such that what native code writes may
// be refused while the coordinator is behind.
import { Writable } from "node:stream"
import { writeWhileRead } from "./write-while-read.ts"

type Done = () => void

/** A stream that never ends: a stage may end it, and the next one prints too. */
class Printed extends Writable {
  readonly fd: number

  constructor(fd: number) {
    super({ highWaterMark: Number.MAX_SAFE_INTEGER })
    this.fd = fd
  }

  override _write(bytes: Uint8Array, _: BufferEncoding, done: Done): void {
    writeWhileRead(this.fd, bytes)
    done()
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

// What `console` writes to.
for (const [name, descriptor] of [
  ["stdout", 1],
  ["stderr", 2],
] as const) {
  const value = new Printed(descriptor)
  Object.defineProperty(process, name, { value, configurable: true, enumerable: true })
}
