// What a worker says on the pipe of its nudges, line by line. Whatever else comes that way is passed over: nudges are hints,
// files are the truth.
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Nudge } from "./protocol.ts"

const Metrics = Schema.Record({ key: Schema.String, value: Schema.Finite })
const Count = Schema.Int.pipe(Schema.positive())

const Line: Schema.Schema<Nudge, string> = Schema.parseJson(
  Schema.Union(
    Schema.Struct({ nudge: Schema.Literal("ready", "alive") }),
    Schema.Struct({
      nudge: Schema.Literal("progress"),
      done: Schema.Finite,
      total: Schema.Finite,
      metrics: Metrics,
    }),
    Schema.Struct({ nudge: Schema.Literal("link"), n: Count, status: Schema.Literal("ran", "cached") }),
    Schema.Struct({ nudge: Schema.Literal("printed"), attempt: Count, text: Schema.String }),
    Schema.Struct({ nudge: Schema.Literal("end"), attempt: Count }),
  ),
)
const decode = Schema.decodeUnknownOption(Line)

/** Characters of the longest line that is looked at. */
const longest = 1024 * 1024

/** Text as it comes, in pieces of any length, becomes nudges. */
export class NudgeLines {
  #rest = ""
  /** The line at hand is too long: it is skipped to its end. */
  #isSkipping = false

  take(text: string): ReadonlyArray<Nudge> {
    const lines = text.split("\n")
    const [first = ""] = lines
    if (this.#isSkipping || this.#rest.length + first.length > longest) {
      this.#isSkipping = true
      this.#rest = ""
    } else this.#rest += first
    if (lines.length === 1) return []
    const whole = [this.#isSkipping ? "" : this.#rest, ...lines.slice(1, -1)]
    this.#isSkipping = false
    this.#rest = ""
    const last = lines.at(-1)!
    if (last.length > longest) this.#isSkipping = true
    else this.#rest = last
    return whole.flatMap((line) => (line.length > longest ? [] : Option.toArray(decode(line))))
  }
}
