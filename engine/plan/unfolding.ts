// Opens the groups of a plan as their lists become known: bodies are called, and what they wire is planned. Pure but for bodies.
import type { Steps } from "../content/steps.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import type { GroupNode, GroupPlace, Output, TaskNode } from "../declare/task.ts"
import { bodyOf, type CallBody } from "./bodies.ts"
import { namedResults } from "./named-results.ts"
import { type Plan, planOf } from "./plan.ts"
import {
  type Item,
  isGroup,
  type NamedOutput,
  type Opened,
  type PlannedGroup,
  type PlannedStep,
  type PlannedTask,
} from "./planned.ts"
import type { Planning } from "./planning.ts"
import { isOutput } from "./wired-outputs.ts"

/** A body that failed, or wires what cannot be: the group fails, since its list is data. */
export class GroupFailed extends Error {
  readonly _tag = "GroupFailed"
}

export class Unfolding {
  readonly #whole: Plan
  readonly #planning: Planning
  readonly #call: CallBody
  readonly #opened = new Map<PlannedGroup, Opened>()

  /** @param call calls a body, with whatever stands around it */
  constructor(whole: Plan, call: CallBody = (_, body) => body()) {
    this.#whole = whole
    this.#planning = whole.planned.copy()
    this.#call = call
  }

  task(node: TaskNode): PlannedTask {
    return this.#planning.task(node)
  }

  group(node: GroupNode): PlannedGroup {
    return this.#planning.group(node)
  }

  opened(group: PlannedGroup): Opened | undefined {
    return this.#opened.get(group) ?? this.#whole.opened(group)
  }

  /**
   * Opens a group.
   *
   * @throws GroupFailed with the item that is at fault
   */
  *open(group: PlannedGroup, items: ReadonlyArray<Item>): Steps<Opened> {
    const { node, axes } = group
    const entries: Array<Opened["entries"][number]> = []
    const steps: Array<PlannedStep> = []
    const ends = new Set<Opened["ends"][number]>()
    for (const item of items) {
      yield
      try {
        const { value, outputs, declared } = bodyOf(node, item, this.#call)
        const scope = { ...axes, [node.name]: item.name }
        const sources = outputs.map(({ output }) => output.source)
        for (const step of yield* this.#planning.item(sources, declared, scope)) steps.push(step)
        for (const source of sources) if (source._tag === "Task") ends.add(this.#planning.task(source))
        entries.push({ item, value })
      } catch (failure) {
        throw new GroupFailed(`at ${item.name}: ${(failure as Error).message}`, { cause: failure })
      }
    }
    const opened = { entries, steps, ends: [...ends] }
    this.#opened.set(group, opened)
    return opened
  }

  /** The plan with all that was opened by now, each group behind what it is made of. */
  get plan(): Plan {
    if (this.#opened.size === 0) return this.#whole
    const { experiment, params, grouped, conditional, roots, reachable, bundle, results } = this.#whole
    const opened = (group: PlannedGroup): Opened | undefined => this.opened(group)
    const steps = this.#whole.steps.flatMap((step) => this.#unfolded(step))
    return planOf(
      this.#planning,
      {
        ...{ experiment, params, grouped, conditional, roots, reachable, bundle, steps },
        results: [...results, ...grouped.flatMap(({ place }) => this.#results(place))],
      },
      opened,
    )
  }

  #unfolded(step: PlannedStep): ReadonlyArray<PlannedStep> {
    const opened = isGroup(step) ? this.#opened.get(step) : undefined
    return opened === undefined ? [step] : [...opened.steps.flatMap((inner) => this.#unfolded(inner)), step]
  }

  /** What a group gives as named results, each called after its task. */
  #results({ node, path }: GroupPlace): ReadonlyArray<NamedOutput> {
    const opened = this.#opened.get(this.#planning.group(node))
    return (opened?.entries ?? []).flatMap(({ value }) =>
      namedResults(valueAt(value, path)).outputs.map((named) => ({ ...named, single: false })),
    )
  }
}

/** What stands at a place in what a body returned; undefined where nothing does. */
export const valueAt = (value: unknown, path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>(
    (at, name) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[name] : undefined),
    value,
  )

/** @throws DeclarationError where a group gives no output at that place */
export function outputAt(value: unknown, { node, path }: GroupPlace): Output<string> {
  const found = valueAt(value, path)
  if (isOutput(found)) return found
  const where = path.length === 0 ? "as a whole" : `"${path.join(".")}"`
  const given = namedResults(value).outputs.map(({ name }) => name)
  throw new DeclarationError(
    `the group ${node.name} gives no output ${where}: its body returns ${given.join(", ") || "none"}`,
  )
}
