// The part of a plan that a task, or every task of a stage, needs. Pure.
import { DeclarationError } from "../declare/declaration-error.ts"
import { suggest } from "../declare/suggest.ts"
import type { Output } from "../declare/task.ts"
import type { Plan, PlannedTask } from "./plan.ts"

/** @throws DeclarationError for an unknown name */
export function restrictTo(whole: Plan, name: string): Plan {
  const targets = whole.tasks.filter(({ label, stage }) => label === name || stage === name)
  if (targets.length === 0) {
    const names = [...new Set(whole.tasks.flatMap(({ label, stage }) => [stage, label]))]
    throw new DeclarationError(
      `experiment "${whole.experiment}" has no task or stage "${name}"${suggest(name, names)}`,
    )
  }
  return restrictToTasks(whole, targets)
}

/** The part that some of its tasks need. */
export function restrictToTasks(whole: Plan, targets: Iterable<PlannedTask>): Plan {
  const kept = new Set<PlannedTask>()
  const reached = [...targets]
  for (let task = reached.pop(); task !== undefined; task = reached.pop()) {
    if (kept.has(task)) continue
    kept.add(task)
    for (const upstream of task.upstream) reached.push(upstream)
  }
  const isKept = ({ source }: Output<string>): boolean =>
    source._tag === "Task" && kept.has(whole.task(source))
  return {
    ...whole,
    tasks: whole.tasks.filter((task) => kept.has(task)),
    results: whole.results.filter(({ output }) => isKept(output)),
  }
}
