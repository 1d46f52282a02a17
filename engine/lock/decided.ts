// What the values that a lock quotes decide: which of today's tasks are needed, and what they take. Pure.
import type { Json } from "../content/canonical.ts"
import type { ChoiceNode, GroupNode, Output, TaskNode } from "../declare/task.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedGroup, PlannedStep, PlannedTask } from "../plan/planned.ts"
import { ConditionRefused, type Decide, outputTaken, stepsTaken, takenBranch } from "../plan/taken.ts"
import type { Gave } from "./lines.ts"

/** Where today's steps are planned, those of groups that are open too. */
interface Planned {
  task(node: TaskNode): PlannedTask
  group(node: GroupNode): PlannedGroup
}

/** That these values are what their digests say is checked with the tasks that give them. */
export class LockDecisions {
  readonly #planned: Planned
  readonly #lines: Readonly<Record<string, Pick<Gave, "contents">>>

  /** @param lines of tasks, by label: more may come */
  constructor(planned: Planned, lines: Readonly<Record<string, Pick<Gave, "contents">>>) {
    this.#planned = planned
    this.#lines = lines
  }

  readonly decide: Decide = (choice) => {
    const made = this.#made(choice)
    return typeof made === "string" ? undefined : made
  }

  /** The steps that one takes, or in words why that cannot be told. */
  taken(step: PlannedStep): ReadonlyArray<PlannedStep> | string {
    let why = ""
    const decide: Decide = (choice) => {
      const made = this.#made(choice)
      if (typeof made === "string") why = made
      return typeof made === "string" ? undefined : made
    }
    return stepsTaken(step, decide, this.#planned) ?? why
  }

  #made(choice: ChoiceNode): ReturnType<Decide> | string {
    const { output } = choice.on
    const value = this.#quoted(output)
    if (value === undefined) return `the lock does not hold ${output.name}, which decides on its inputs`
    try {
      return takenBranch(choice, value, () => `the output ${output.name}`)
    } catch (failure) {
      if (failure instanceof ConditionRefused) return failure.message
      throw failure
    }
  }

  #quoted(output: Output<string>): Json | undefined {
    const taken = outputTaken(output, this.decide)
    if (taken == null) return undefined
    const { source, name } = taken
    if (source._tag === "Item") return source.locked?.content
    return source._tag === "Task" ? this.#lines[this.#planned.task(source).label]?.contents[name] : undefined
  }
}

/** The labels of the steps of a plan that are not in a part of it. */
export function labelsOutside(whole: Pick<Plan, "steps">, part: Pick<Plan, "steps">): ReadonlySet<string> {
  const inside = new Set(part.steps)
  return new Set(whole.steps.flatMap((step) => (inside.has(step) ? [] : [step.label])))
}
