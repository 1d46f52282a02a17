// What fails many tasks of a stage in the same way is told at the first of them, and at the end how many more there were.
import type { Event, EventOf } from "../events.ts"
import { visibleInLine } from "../visible.ts"
import { counted, someOf } from "./counted.ts"

interface Same {
  readonly sort: "failed" | "again"
  readonly message: string
  /** Those behind the first. */
  readonly others: Set<string>
}

/** A message without what is another in each task: its name, moments, digests. */
const withoutItsOwn = (message: string, task: string): string =>
  message
    .split(task)
    .join("")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{64}/g, "")

export class SharedFailures {
  readonly #same = new Map<string, Same>()
  /** The stages of tasks that have started. */
  readonly #stages = new Map<string, string>()

  /** Whether the same was told of another task. */
  isTold(event: Event): boolean {
    if (event.event === "task-started") this.#stages.set(event.task, event.stage)
    if (event.event === "attempt-failed")
      return event.again && event.without === undefined && this.#isSame("again", event.task, event.error)
    if (event.event !== "task-finished" || event.status !== "failed" || event.error === undefined)
      return false
    this.#stages.set(event.task, event.stage)
    return this.#isSame("failed", event.task, event.error)
  }

  /** What was not told yet. */
  take(): ReadonlyArray<string> {
    const lines = [...this.#same.values()].flatMap(({ sort, message, others }) => {
      if (others.size === 0) return []
      const head = sort === "failed" ? "  FAILED " : "  again  "
      return [
        `${head}  ${counted(others.size, "more task")} in the same way (${visibleInLine(message)}): ${someOf([...others])}`,
      ]
    })
    this.#same.clear()
    return lines
  }

  #isSame(
    sort: Same["sort"],
    task: string,
    { tag, message }: NonNullable<EventOf<"task-finished">["error"]>,
  ): boolean {
    const name = [sort, this.#stages.get(task) ?? "", tag, withoutItsOwn(message, task)].join("\n")
    const known = this.#same.get(name)
    if (known === undefined)
      this.#same.set(name, { sort, message: message.split("\n")[0]!, others: new Set() })
    else known.others.add(task)
    return known !== undefined
  }
}
