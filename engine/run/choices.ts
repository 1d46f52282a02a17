// The choices of a run: made once the values that decide are there, so that what they come to joins. It runs nothing.
import type { Branch, ChoiceNode, TaskNode } from "../declare/task.ts"
import { decisionOn } from "../key/decision.ts"
import type { Decision } from "../key/explain.ts"
import { chosen, type Known } from "../key/known.ts"
import { unneededSteps } from "../plan/needed.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedStep, PlannedTask } from "../plan/planned.ts"
import { type Decide, type PlannedSteps, plannedStep } from "../plan/taken.ts"
import type { Source } from "../plan/wired-outputs.ts"
import { taskErrorOf } from "../worker/inside/failing/task-error.ts"
import type { TaskError } from "../worker/protocol.ts"

/** What became of a choice: what it comes to, what is wrong with the value that decides, or that there is none. */
type Made =
  | { readonly output: Branch["output"] | null; readonly decision: Decision }
  | { readonly error: TaskError }
  | { readonly isReached: false }

/** What the choices of a run are made with. */
interface Services extends PlannedSteps {
  readonly known: Known
  readonly isDone: (task: TaskNode) => boolean
}

export class Choices {
  readonly #services: Services
  readonly #made = new Map<ChoiceNode, Made>()
  /** Of steps and choices, which are part of the run. */
  readonly #joined = new Set<PlannedStep | ChoiceNode>()

  constructor(services: Services) {
    this.#services = services
  }

  join(item: PlannedStep | ChoiceNode): void {
    this.#joined.add(item)
  }

  hasJoined(item: PlannedStep | ChoiceNode): boolean {
    return this.#joined.has(item)
  }

  readonly decide: Decide = (choice) => {
    const made = this.#made.get(choice)
    return made !== undefined && "output" in made ? made.output : undefined
  }

  isMade(choice: ChoiceNode): boolean {
    return this.#made.has(choice)
  }

  /** What gives the value that decides is settled. @returns what gives the output that it comes to, if any */
  make(choice: ChoiceNode): Source | undefined {
    const made = this.#result(choice)
    this.#made.set(choice, made)
    return "output" in made ? made.output?.source : undefined
  }

  #result(choice: ChoiceNode): Made {
    if (!this.isDone(choice.on.output.source)) return { isReached: false }
    const { known } = this.#services
    try {
      return { output: chosen(choice, known), decision: decisionOn(choice, known) }
    } catch (failure) {
      const { tag, message } = taskErrorOf(failure)
      return { error: { tag, message } }
    }
  }

  /** Whether what is taken of a source is there, or known not to be needed. */
  isDone(source: Source): boolean {
    if (source._tag === "Task") return this.#services.isDone(source)
    if (source._tag !== "Choice") return true
    const made = this.#made.get(source)
    return made !== undefined && "output" in made && (made.output === null || this.isDone(made.output.source))
  }

  /** What is wrong with a value that decides on what a step takes. */
  errorOf({ choices }: Pick<PlannedStep, "choices">): TaskError | undefined {
    for (const choice of choices) {
      const error = this.#error(choice)
      if (error !== undefined) return error
    }
    return undefined
  }

  #error(source: Source): TaskError | undefined {
    if (source._tag !== "Choice") return undefined
    const made = this.#made.get(source)
    if (made === undefined) return undefined
    if ("error" in made) return made.error
    const taken = "output" in made ? made.output?.source : undefined
    return this.#error(source.on.output.source) ?? (taken && this.#error(taken))
  }

  /**
   * The tasks between whose outputs a choice was to be made, where the value that decides is at fault and the experiment itself returns
   * what it comes to: no other task could fail for it. They join.
   */
  failing(
    choice: ChoiceNode,
    roots: ReadonlyArray<Source>,
  ): ReadonlyArray<readonly [PlannedTask, TaskError]> {
    const error = roots.includes(choice) ? this.#error(choice) : undefined
    if (error === undefined) return []
    const tasks = this.#tasksOf(choice).filter((task) => !this.#joined.has(task))
    for (const task of tasks) this.#joined.add(task)
    return tasks.map((task) => [task, error] as const)
  }

  #tasksOf(choice: ChoiceNode): ReadonlyArray<PlannedTask> {
    return choice.branches.flatMap(({ output: { source } }) => {
      if (source._tag === "Choice") return this.#tasksOf(source)
      return source._tag === "Task" ? [this.#services.task(source) as PlannedTask] : []
    })
  }

  /** Of a plan, the value that decided against a step, if one did. */
  against(plan: Plan): (step: PlannedStep) => Decision | undefined {
    const unneeded = unneededSteps(plan, this.decide)
    return (step) => {
      const { choice, isDecided = false } = unneeded.get(step) ?? {}
      const made = isDecided ? this.#made.get(choice!) : undefined
      return made !== undefined && "decision" in made ? made.decision : undefined
    }
  }

  /** What sources need, whatever choices come to, and is no part of the run yet: upstream first. */
  unjoined(sources: ReadonlyArray<Source>): ReadonlyArray<PlannedStep | ChoiceNode> {
    const found: Array<PlannedStep | ChoiceNode> = []
    const seen = new Set<PlannedStep | ChoiceNode>()
    /** With what of each one's upstream is left: no recursion, as chains of tasks are long. */
    const way: Array<{ readonly item: PlannedStep | ChoiceNode; readonly upstream: Iterator<Source> }> = []
    const enter = (source: Source): void => {
      const item = source._tag === "Choice" ? source : plannedStep(source, this.#services)
      if (item === undefined || seen.has(item) || this.#joined.has(item)) return
      seen.add(item)
      way.push({ item, upstream: needsOf(item)[Symbol.iterator]() })
    }
    for (const source of sources) {
      enter(source)
      for (let at = way.at(-1); at !== undefined; at = way.at(-1)) {
        const next = at.upstream.next()
        if (next.done !== true) enter(next.value)
        else found.push(way.pop()!.item)
      }
    }
    return found
  }
}

const needsOf = (item: PlannedStep | ChoiceNode): ReadonlyArray<Source> =>
  "by" in item ? [item.on.output.source] : [...item.sure.map(({ node }) => node), ...item.choices]
