// Standard output or standard error as a place to write to that never throws and remembers why it could not be written.
// It knows no commands; what may be written at all is `output.ts`'s.
import { Socket } from "node:net"
import { writeAll } from "../../content/write-all.ts"

/** What takes text in order. @throws, or tells `done`, what kept it from being written */
export type Sink = (text: string, done: (failure?: Error | null) => void) => void

/** Whoever read went away, as `head` does: for programs that write no failure. A pipe's, a socket's, Windows'. */
const isLeft = (failure: NodeJS.ErrnoException): boolean =>
  ["EPIPE", "ECONNRESET", "EOF"].includes(failure.code ?? "")

export class Channel {
  readonly #sink: Sink
  #pending = 0
  #isOver = false
  #failure: Error | undefined
  #whenWritten: Array<() => void> = []

  constructor(sink: Sink) {
    this.#sink = sink
  }

  /** What kept text from being written first, unless the reader had left. Nothing is written from there on. */
  get failure(): Error | undefined {
    return this.#failure
  }

  write(text: string): void {
    if (this.#isOver) return
    this.#pending++
    try {
      this.#sink(text, (failure) => this.#done(failure ?? undefined))
    } catch (failure) {
      this.#done(failure as Error)
    }
  }

  /** Resolves when all that was written has left this process, or is known to be lost. */
  readonly written = (): Promise<void> =>
    this.#pending === 0 ? Promise.resolve() : new Promise((resolve) => this.#whenWritten.push(resolve))

  #done(failure: Error | undefined): void {
    this.#pending--
    if (failure !== undefined && !this.#isOver) {
      this.#isOver = true
      if (!isLeft(failure)) this.#failure = failure
    }
    if (this.#pending > 0) return
    for (const resolve of this.#whenWritten.splice(0)) resolve()
  }
}

/**
 * A pipe's or a terminal's own queue; files and devices are written at once, and to the last byte: Node's own stream for
 * them leaves off where the system takes part of what it is given.
 */
export function sinkOf(stream: NodeJS.WriteStream & { readonly fd: number }): Sink {
  const file = stream.fd
  if (!((stream as unknown) instanceof Socket))
    return (text, done) => {
      writeAll(file, Buffer.from(text))
      done()
    }
  stream.on("error", () => {}) // each write is told by itself
  const write = stream.write.bind(stream)
  return (text, done) => void write(text, done)
}
