// What joins a run: steps and choices, once it is known that they are needed, each with what it waits for. It settles nothing.
import type { ChoiceNode } from "../declare/task.ts"
import { Frontier } from "../plan/frontier.ts"
import { isGroup, type PlannedStep, type PlannedTask } from "../plan/planned.ts"
import type { Source } from "../plan/wired-outputs.ts"
import type { Choices } from "./choices.ts"
import type { Groups, Opening } from "./groups.ts"

/** What waits, or is waited for. */
export type Item = PlannedStep | Opening | ChoiceNode

interface Services {
  readonly groups: Groups
  readonly choices: Choices
  /** Told of each task that joins. */
  readonly note: (task: PlannedTask) => void
}

export class Joining {
  readonly frontier = new Frontier<Item>()
  readonly #services: Services

  constructor(services: Services) {
    this.#services = services
  }

  /** @returns what waits for nothing */
  join(items: ReadonlyArray<PlannedStep | ChoiceNode>): Array<Item> {
    const { groups, choices, note } = this.#services
    return items.flatMap((item): ReadonlyArray<Item> => {
      choices.join(item)
      if ("by" in item) return this.await(item, item.on.output.source)
      if (!isGroup(item)) {
        note(item)
        return this.frontier.add(item, [...item.sure, ...item.choices]) ? [item] : []
      }
      // Items go along with those of the group that theirs are of: all of that need not be done.
      const opening = groups.opening(item)
      const upstream = item.sure.map((other) => (isGroup(other) ? groups.opening(other) : other))
      return this.frontier.add(opening, [...upstream, ...item.choices]) ? [opening] : []
    })
  }

  /** What sources need, as far as that is decided, joins. @returns what waits for nothing */
  joinFor(sources: ReadonlyArray<Source>): Array<Item> {
    return this.join(this.#services.choices.unjoined(sources))
  }

  /** A choice waits for what gives the value that decides, and then for what gives the output that was chosen. */
  await(choice: ChoiceNode, source: Source): ReadonlyArray<Item> {
    const task = source._tag === "Item" ? source.from : source
    const waits = task?._tag === "Task" ? [this.#services.groups.task(task)] : []
    return this.frontier.add(choice, source._tag === "Choice" ? [source] : waits) ? [choice] : []
  }
}
