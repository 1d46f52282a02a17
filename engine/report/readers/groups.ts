// Groups as people are told of them: one line that opens, with how many of its tasks are done. It knows no terminal.
import type { Event, EventOf } from "../events.ts"
import { counted } from "./counted.ts"
import { messageLines } from "./errors.ts"

/** Tasks of a group that are told one by one. */
const eachUpTo = 20

interface Told {
  readonly group: string
  readonly tasks: number
  /** Status → how many tasks have it. */
  readonly counts: Map<string, number>
}

/** Which tasks belong to which group, and how far each group is. */
export class ToldGroups {
  readonly #byTask = new Map<string, Told>()
  readonly #byGroup = new Map<string, Told>()
  readonly #open = new Set<Told>()

  hear(event: Event): void {
    if (event.event === "group-opened") {
      const told: Told = { group: event.group, tasks: event.tasks.length, counts: new Map() }
      for (const { task } of event.tasks) this.#byTask.set(task, told)
      this.#byGroup.set(event.group, told)
      if (told.tasks > 0) this.#open.add(told)
    }
    if (event.event === "task-finished") {
      const told = this.#byTask.get(event.task)
      if (told !== undefined) told.counts.set(event.status, (told.counts.get(event.status) ?? 0) + 1)
      if (told !== undefined && doneOf(told) === told.tasks) this.#open.delete(told)
    }
  }

  /** Whether an event is of a task that is not told by itself, since its group has many: what fails always is. */
  isFolded(event: Event): boolean {
    if (event.event !== "task-started" && event.event !== "task-finished") return false
    if (event.event === "task-finished" && event.status === "failed") return false
    return (this.#byTask.get(event.task)?.tasks ?? 0) > eachUpTo
  }

  finishedLines({ group, status, items, error }: EventOf<"group-finished">): ReadonlyArray<string> {
    const told = this.#byGroup.get(group)
    if (error !== undefined) return messageLines(error, `  ${words[status]} ${group}: `, " ".repeat(11))
    if (told === undefined) return [`  ${words[status]} ${group}`]
    const counts = [...told.counts].map(([name, count]) => `${count} ${name}`)
    return [`  ${words[status]} ${group}  ${counted(items, "item")}: ${counts.join(", ") || "no task"}`]
  }

  /** A line for each group that is open. */
  drawing(): ReadonlyArray<string> {
    return Array.from(this.#open, (told) => {
      const done = doneOf(told)
      const bar = "█".repeat(Math.floor((12 * done) / told.tasks)).padEnd(12, "░")
      const failed = told.counts.get("failed") ?? 0
      return `  ${bar} ${told.group}  ${done} of ${counted(told.tasks, "task")} done${failed === 0 ? "" : `, ${failed} failed`}`
    })
  }
}

const doneOf = ({ counts }: Told): number => [...counts.values()].reduce((sum, count) => sum + count, 0)

const words = {
  done: "done    ",
  incomplete: "PARTLY  ",
  failed: "FAILED  ",
  skipped: "skipped ",
  "not-needed": "not needed",
} as const

export const openedLine = ({ group, items, tasks }: EventOf<"group-opened">): string =>
  `  opens    ${group}  ${counted(items, "item")}${tasks.length === items ? "" : `, ${counted(tasks.length, "task")}`}`

/** Of a group whose list is not known yet, what that waits for. */
export function plannedGroupLine({ group, items, waitsFor, refused }: EventOf<"group-planned">): string {
  const size = items === null ? "items not known yet" : counted(items, "item")
  const waits = waitsFor.length === 0 ? "" : `, waits for ${waitsFor.slice(0, 8).join(", ")}`
  const message = (refused as { readonly message?: string } | undefined)?.message
  return message === undefined
    ? `  group      ${group}  (${size}${waits})`
    : `  will fail  ${group}  (${message})`
}
