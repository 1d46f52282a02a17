// The part of a plan that a task, or every task of a stage, needs. Pure.
import { DeclarationError } from "../declare/declaration-error.ts"
import { suggest } from "../declare/suggest.ts"
import type { Output } from "../declare/task.ts"
import { ambiguous, stepsNamed } from "./named.ts"
import type { Plan } from "./plan.ts"
import { isGroup, type PlannedStep, type PlannedTask } from "./planned.ts"
import { type Source, sourcesOfChoice } from "./wired-outputs.ts"

/** @param name a task, a group or a stage @throws DeclarationError for a name that is unknown, or says too little */
export function restrictTo(whole: Plan, name: string): Plan {
  const targets = stepsNamed(whole, name)
  const unclear = ambiguous(whole, name)
  if (unclear !== undefined) throw new DeclarationError(unclear)
  if (targets.length === 0) {
    const names = [
      ...new Set(whole.steps.flatMap((step) => (isGroup(step) ? [step.label] : [step.stage, step.label]))),
    ]
    throw new DeclarationError(
      `experiment "${whole.experiment}" has no task or stage "${name}"${suggest(name, names)}`,
    )
  }
  return restrictToTasks(whole, targets)
}

/** The part that some of its steps need. */
export function restrictToTasks(whole: Plan, targets: ReadonlyArray<PlannedStep>): Plan {
  const kept = new Set<PlannedStep>()
  const reached = [...targets]
  for (let step = reached.pop(); step !== undefined; step = reached.pop()) {
    if (kept.has(step)) continue
    kept.add(step)
    for (const upstream of step.upstream) reached.push(upstream)
    if (isGroup(step)) for (const end of whole.opened(step)?.ends ?? []) reached.push(end)
  }
  const isKept = ({ source }: Output<string>): boolean =>
    source._tag === "Task" && kept.has(whole.task(source))
  const isWhole = (source: Source): boolean => {
    if (source._tag === "Choice") return sourcesOfChoice(source).every(isWhole)
    if (source._tag === "Group") return kept.has(whole.group(source))
    return source._tag !== "Task" || kept.has(whole.task(source))
  }
  const steps = whole.steps.filter((step) => kept.has(step))
  return {
    ...whole,
    steps,
    tasks: steps.filter((step): step is PlannedTask => !isGroup(step)),
    results: whole.results.filter(({ output }) => isKept(output)),
    grouped: whole.grouped.filter(({ place }) => kept.has(whole.group(place.node))),
    conditional: whole.conditional.filter(({ output }) => isWhole(output.source)),
    roots: targets.map(({ node }) => node),
  }
}
