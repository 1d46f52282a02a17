// What a plan says of each task, in words: a line each where they are few, else once for all of which it is the same.
import type { Reason } from "../../key/explain.ts"
import type { EventOf } from "../events.ts"
import { counted, someOf } from "./counted.ts"
import { reasonsText } from "./reasons.ts"
import { sizeText } from "./sizes.ts"

/** Tasks that are told one by one. */
const eachUpTo = 50
/** What differs, of more tasks than that. */
const groupsAtMost = 20

interface Group {
  readonly word: string
  readonly detail: string
  readonly tasks: Array<string>
}

/** Tasks that were planned one after the other. */
export class PlannedTasks {
  readonly #lines: Array<string> = []
  readonly #groups = new Map<string, Group>()
  #count = 0

  add(event: EventOf<"planned">): void {
    this.#count++
    const { word, detail } = said(event)
    if (this.#count <= eachUpTo) this.#lines.push(lineOf(word, event.task, detail))
    const isNew = !this.#groups.has(word + detail)
    // What is left over has no detail of its own, and stands under a name that none has.
    const [name, told] =
      isNew && this.#groups.size >= groupsAtMost ? [`more ${word}`, other(word)] : [word + detail, detail]
    const group = this.#groups.get(name)
    if (group === undefined) this.#groups.set(name, { word, detail: told, tasks: [event.task] })
    else group.tasks.push(event.task)
  }

  /** Their lines, in the order in which they came first. */
  take(): ReadonlyArray<string> {
    const lines =
      this.#count <= eachUpTo
        ? [...this.#lines]
        : [...this.#groups.values()].map(({ word, detail, tasks }) =>
            lineOf(word, `${counted(tasks.length, "task")}: ${someOf(tasks)}`, detail),
          )
    this.#lines.length = 0
    this.#groups.clear()
    this.#count = 0
    return lines
  }
}

const words = {
  cached: "cached   ",
  "will-run": "will run ",
  undecided: "undecided",
  "not-needed": "not needed",
} as const

export function plannedLine(event: EventOf<"planned">): string {
  const { word, detail } = said(event)
  return lineOf(word, event.task, detail)
}

const lineOf = (word: string, tasks: string, detail: string): string =>
  `  ${word}  ${tasks}${detail === "" ? "" : `  (${detail})`}`

/** Of a cached task no reason is asked for. */
function said(event: EventOf<"planned">): { readonly word: string; readonly detail: string } {
  const { status, waitsFor } = event
  if (status === "cached") return { word: words.cached, detail: "" }
  if (status === "undecided") return { word: words.undecided, detail: `waits for ${someOf(waitsFor)}` }
  const reasons = event.why as ReadonlyArray<Reason>
  if (status === "not-needed") return { word: words[status], detail: reasonsText(reasons) }
  const word = reasons[0]?.reason === "refused" ? "will fail" : words["will-run"]
  return { word, detail: reasonsText(reasons) }
}

const other = (word: string): string =>
  word === words.undecided
    ? "wait for others: --json names them"
    : "for other reasons: --json tells each, why one"

/** What the plan's results take, and what its run would add. */
export function planBytesLines({
  willRun,
  undecided,
  bytes,
}: EventOf<"plan-finished">): ReadonlyArray<string> {
  if (bytes === undefined) return []
  const { cached, least, most } = bytes
  const takes = `  cached results take ${sizeText(cached)}`
  if (willRun + undecided === 0) return [takes]
  if (most === null) return [`${takes}; nobody knows how much the run would write`]
  const range = least === null || least === most ? sizeText(most) : `${sizeText(least)} to ${sizeText(most)}`
  return [`${takes}; the run would write about ${range}`]
}
