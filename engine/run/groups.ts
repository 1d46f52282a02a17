// The groups of a run: opened once their lists are known, done once all that they are made of is settled. It runs nothing.
import type { Steps } from "../content/steps.ts"
import { arityOf, type Roles } from "../declare/roles.ts"
import type { GroupNode, TaskNode } from "../declare/task.ts"
import { groupItems } from "../key/group-items.ts"
import type { Known } from "../key/known.ts"
import type { TaskStatus } from "../ledger/records.ts"
import type { Plan } from "../plan/plan.ts"
import type { Opened, PlannedGroup, PlannedTask } from "../plan/planned.ts"
import { GroupFailed, Unfolding } from "../plan/unfolding.ts"
import { groupedRoles } from "../plan/wired-outputs.ts"
import type { EventOf, Events } from "../report/events.ts"
import { guardedBodies } from "../worker/guarded-bodies.ts"
import { taskErrorOf } from "../worker/inside/failing/task-error.ts"
import type { TaskError } from "../worker/protocol.ts"
import type { GroupStatus, SettledGroup } from "./options.ts"

/** What waits for the list of a group, before its tasks join. */
export interface Opening {
  readonly _tag: "Opening"
  readonly group: PlannedGroup
}

/** What the groups of a run are told and asked with. */
interface Services {
  readonly plan: Plan
  readonly emit: Events["Type"]["emit"]
  readonly status: (task: PlannedTask) => TaskStatus | undefined
  readonly expected: (task: PlannedTask) => number | undefined
}

export class Groups {
  readonly #services: Services
  readonly #unfolding: Unfolding
  readonly #openings = new Map<PlannedGroup, Opening>()
  readonly #settled = new Map<PlannedGroup, SettledGroup>()

  constructor(services: Services) {
    this.#services = services
    this.#unfolding = new Unfolding(services.plan, guardedBodies(services.plan.bundle))
  }

  /** The plan with all that joined by now. */
  get plan(): Plan {
    return this.#unfolding.plan
  }

  get settled(): ReadonlyMap<PlannedGroup, SettledGroup> {
    return this.#settled
  }

  opening(group: PlannedGroup): Opening {
    const known = this.#openings.get(group)
    if (known !== undefined) return known
    const opening: Opening = { _tag: "Opening", group }
    this.#openings.set(group, opening)
    return opening
  }

  readonly opened = (group: PlannedGroup): Opened | undefined => this.#unfolding.opened(group)

  isOpen(group: PlannedGroup): boolean {
    return this.#unfolding.opened(group) !== undefined
  }

  openedOf(node: GroupNode): Opened {
    return this.#unfolding.opened(this.group(node))!
  }

  /** @returns what it is made of, or what it fails with: an error of the list, which is data */
  *open(group: PlannedGroup, known: Known): Steps<Opened | TaskError> {
    try {
      const before = this.#unfolding.opened(group)
      if (before !== undefined) return before
      const opened = yield* this.#unfolding.open(group, groupItems(group, known))
      this.#services.emit(openedEvent(group, opened, this.#services.expected))
      return opened
    } catch (failure) {
      const { tag, message } = taskErrorOf(failure)
      return { tag: failure instanceof GroupFailed ? failure._tag : tag, message }
    }
  }

  /** All that a group is made of is settled, or it never will be. */
  settle(group: PlannedGroup, error?: TaskError, isNeeded = true): SettledGroup {
    const opened = this.#unfolding.opened(group)
    const statuses = (opened?.ends ?? []).map((end) => this.#services.status(end))
    const status = isNeeded ? statusOf(opened, statuses, error) : "not-needed"
    const items = opened?.entries.length ?? 0
    const settled: SettledGroup = { status, items, ...(error === undefined ? {} : { error }) }
    this.#settled.set(group, settled)
    return settled
  }

  /** Whether a task cannot have what it takes of a group: all of it, unless its role says that less will do. */
  blocks(group: PlannedGroup, task: PlannedTask): boolean {
    const { status } = this.#settled.get(group)!
    if (status === "done") return false
    if (status !== "incomplete") return true
    const roles = task.node.stage.definition.inputs as Roles
    return groupedRoles(task.node).some(
      ([role, { node }]) => this.group(node) === group && arityOf(roles[role]!) !== "settled",
    )
  }

  readonly task = (node: TaskNode): PlannedTask => this.#unfolding.task(node)

  readonly group = (node: GroupNode): PlannedGroup => this.#unfolding.group(node)
}

function statusOf(
  opened: Opened | undefined,
  statuses: ReadonlyArray<TaskStatus | undefined>,
  error: TaskError | undefined,
): GroupStatus {
  if (error !== undefined) return "failed"
  if (opened === undefined) return "skipped"
  return statuses.every((status) => status === "ran" || status === "cached") ? "done" : "incomplete"
}

const openedEvent = (
  { label }: PlannedGroup,
  { entries, steps }: Opened,
  expected: Services["expected"],
): EventOf<"group-opened"> => ({
  event: "group-opened",
  group: label,
  items: entries.length,
  tasks: steps.flatMap((step) =>
    "_tag" in step ? [] : [{ task: step.label, stage: step.stage, expected: expected(step) ?? null }],
  ),
})
