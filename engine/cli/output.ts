// The one place where the command line writes to standard output and standard error. Whatever comes here is shown with its
// control characters visible; the parser's colours and the display's cursor are the only ones that pass.
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Event, Events } from "../report/events.ts"
import { jsonLines } from "../report/readers/json-lines.ts"
import { EventLines } from "../report/readers/plain.ts"
import { terminal } from "../report/readers/terminal.ts"
import { visible } from "../report/visible.ts"
import { Channel, sinkOf } from "./process/channel.ts"

const out = new Channel(sinkOf(process.stdout))
const err = new Channel(sinkOf(process.stderr))

/** A line, or several, on standard output. */
export const print = (line: string): void => out.write(`${visible(line)}\n`)

/** What a task prints, in pieces of any length. */
export const printPiece = (text: string): void => out.write(visible(text))

/** The same on standard error. */
export const complain = (line: string): void => err.write(`${visible(line)}\n`)

/** What the parser has coloured, such as help: in colour where a person sees it. */
export const printStyled = (text: string): void =>
  out.write(`${isColored() ? styled(text) : visible(plain(text))}\n`)

/** What a command's events are told through: JSON lines, a live terminal, or plain lines. */
export const reporting = (json: boolean): Layer.Layer<Events> =>
  Layer.scoped(
    Events,
    Effect.gen(function* () {
      if (json) return { emit: jsonLines(print) }
      const reader = process.stdout.isTTY ? terminal(screen, () => performance.now() / 1000) : plainLines()
      yield* Effect.addFinalizer(() => Effect.sync(() => reader.end()))
      return { emit: reader.hear }
    }),
  )

function plainLines() {
  const lines = new EventLines()
  const tell = (all: ReadonlyArray<string>): void => {
    for (const line of all) print(line)
  }
  return { hear: (event: Event): void => tell(lines.of(event)), end: (): void => tell(lines.rest()) }
}

/** The terminal, as a display sees it. */
const screen = {
  columns: () => process.stdout.columns ?? 80,
  draw: (over: number, text: string) =>
    out.write(`${over === 0 ? "" : `\x1b[${over}F\x1b[J`}${visible(text)}`),
}

/**
 * What else writes to this process's standard output, such as `console.log` in an experiment's module, comes here too;
 * where programs read events it goes to standard error.
 */
export function takeOver(json: boolean): void {
  const through =
    (channel: Channel) =>
    (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
      channel.write(visible(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8")))
      const written = typeof encoding === "function" ? encoding : done
      if (typeof written === "function") process.nextTick(written as () => void)
      return true
    }
  process.stdout.write = through(json ? err : out)
  process.stderr.write = through(err)
}

/** Waits for what was written. @returns the exit code: 1 in place of 0 where standard output could not be written */
export async function finish(code: number): Promise<number> {
  await out.written()
  if (out.failure !== undefined)
    complain(
      `standard output could not be written (${out.failure.message}): some of it is lost; what the command did is done and kept`,
    )
  await err.written()
  return code === 0 && out.failure !== undefined ? 1 : code
}

const isColored = (): boolean => process.stdout.isTTY && process.env.NO_COLOR === undefined

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
const colours = /(\x1b\[[0-9;]*m)/

/** Colours pass, and nothing else. */
const styled = (text: string): string =>
  text
    .split(colours)
    .map((part, i) => (i % 2 === 1 ? part : visible(part)))
    .join("")

export const plain = (text: string): string => text.replace(new RegExp(colours, "g"), "")
