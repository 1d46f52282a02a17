// What a run would have for its tasks, and what of it each would take: by the admission and the policies of the run itself.
import type { StageCode } from "../../code/stage-code.ts"
import { fullName } from "../../declare/task.ts"
import type { PlannedStep, PlannedTask } from "../../plan/planned.ts"
import { Admission } from "../capacity/admission.ts"
import type { Capacity } from "../capacity/admitted.ts"
import { type DoesNotFit, firstTooLarge } from "../capacity/does-not-fit.ts"
import { type Needs, needing } from "../capacity/needs.ts"
import { whereOf } from "../capacity/where.ts"
import type { Previews } from "./previewed.ts"

export class PlannedRoom {
  readonly #capacity: Capacity
  readonly #codes: ReadonlyMap<string, StageCode>
  readonly #needs: ReturnType<typeof needing>

  /** @param codes by the full names of stages */
  constructor(capacity: Capacity, codes: ReadonlyMap<string, StageCode>) {
    this.#capacity = capacity
    this.#codes = codes
    this.#needs = needing(capacity.policies, capacity.limits)
  }

  /** With nothing in it. @param now seconds on a clock that never goes back */
  admission(now: () => number): Admission<PlannedTask> {
    const { jobs, limits } = this.#capacity
    return new Admission(jobs, limits, now)
  }

  needsOf(task: PlannedTask): Needs {
    const { stage } = task.node
    const code = this.#codes.get(fullName(stage))
    return this.#needs(stage, code === undefined ? "in a worker" : whereOf(task, { code }))
  }

  /** Why the run would be refused, as what may run takes more than there is. */
  refusal({ tasks, groups, plan }: Pick<Previews, "tasks" | "groups" | "plan">): DoesNotFit | undefined {
    const open = new Set<PlannedStep>([
      ...tasks.flatMap(({ task, status }) => (status === "will-run" || status === "undecided" ? [task] : [])),
      ...groups.flatMap(({ group, items, refused }) => ((items ?? refused) === undefined ? [group] : [])),
    ])
    return firstTooLarge(plan, (step) => open.has(step), this.#codes, {
      admission: this.admission(() => 0),
      needsOf: (stage) => this.#needs(stage, "in a worker"),
    })
  }
}
