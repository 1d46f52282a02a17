// What tasks print, in whole lines with the task's label in front, up to so many of each. It knows no terminal.
import type { Event } from "../events.ts"

/** Lines of one task that a person is shown; its log has more. */
const linesAtMost = 200
/** Characters of one line; what has no end yet is shown from here on, too. */
const longest = 2000

interface Printing {
  /** Of the line that has no end yet. */
  rest: string
  lines: number
}

/** The lines that events show of what was printed; of one that ends a task, those that had no end. */
export class PrintedLines {
  readonly #tasks = new Map<string, Printing>()

  of(event: Event): ReadonlyArray<string> {
    if (event.event === "printed") return this.#take(event.task, event.text)
    if (event.event !== "task-finished" && event.event !== "attempt-failed") return []
    const rest = this.#tasks.get(event.task)?.rest ?? ""
    const lines = rest === "" ? [] : this.#take(event.task, "\n")
    this.#tasks.delete(event.task)
    return lines
  }

  #take(task: string, text: string): ReadonlyArray<string> {
    const printing = this.#tasks.get(task) ?? { rest: "", lines: 0 }
    this.#tasks.set(task, printing)
    if (printing.lines > linesAtMost) return []
    const lines = (printing.rest + text).split(/\r?\n/)
    const rest = lines.pop()!
    printing.rest = rest.length > longest ? "" : rest
    if (rest.length > longest) lines.push(rest)
    const shown = lines.slice(0, linesAtMost - printing.lines)
    printing.lines += lines.length
    if (printing.lines > linesAtMost) shown.push(`… and more: \`logs ${task}\``)
    return shown.map((line) => `  ${task} │ ${short(line)}`)
  }
}

/** What a carriage return has overwritten is left out, as on a terminal. */
function short(line: string): string {
  const seen = line.replace(/\r+$/, "").replace(/^.*\r/s, "")
  return seen.length > longest ? `${seen.slice(0, longest)}…` : seen
}
