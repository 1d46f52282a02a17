// What of a plan is needed, as far as upstream values have decided: what is asked for, and whatever that takes. Pure.
import type { ChoiceNode } from "../declare/task.ts"
import { labelledResults, type Plan } from "./plan.ts"
import { isGroup, type NamedOutput, type PlannedStep, type PlannedTask } from "./planned.ts"
import { type Decide, outputTaken, plannedStep } from "./taken.ts"
import { type Source, sourcesOfChoice } from "./wired-outputs.ts"

/** Why a step does not run, or not yet: the choice that passed it by, or that has to be made first. */
export interface Unneeded {
  readonly choice: ChoiceNode
  readonly isDecided: boolean
}

/** The steps that no choice which is made leads to; with the nearest of the choices behind which each stands. */
export function unneededSteps(plan: Plan, decide: Decide): ReadonlyMap<PlannedStep, Unneeded> {
  const unneeded = new Map<PlannedStep, Unneeded>()
  if (!hasChoices(plan)) return unneeded
  const needed = new Set<PlannedStep>()
  const choices = new Set<ChoiceNode>()
  const [undecided, passed]: [Array<ChoiceNode>, Array<ChoiceNode>] = [[], []]
  /** Goes up from sources; past a choice to what it comes to, or to `all` that it is made between. */
  const climb = (from: ReadonlyArray<Source>, meet: (step: PlannedStep) => boolean, all: boolean): void => {
    const open = [...from]
    const enter = (step: PlannedStep): void => {
      if (!meet(step)) return
      for (const each of step.sure) open.push(each.node)
      for (const each of step.choices) open.push(each)
      if (isGroup(step)) for (const end of plan.opened(step)?.ends ?? []) open.push(end.node)
    }
    for (let source = open.pop(); source !== undefined; source = open.pop()) {
      const step = plannedStep(source, plan)
      if (step !== undefined) enter(step)
      if (source._tag !== "Choice" || choices.has(source)) continue
      choices.add(source)
      if (all) for (const each of sourcesOfChoice(source)) open.push(each)
      if (all) continue
      open.push(source.on.output.source)
      const taken = decide(source)
      if (taken != null) open.push(taken.source)
      ;(taken === undefined ? undecided : passed).push(source)
    }
  }
  const need = (step: PlannedStep): boolean => {
    const isNew = !needed.has(step)
    needed.add(step)
    return isNew
  }
  climb(plan.roots, need, false)
  const behind = (choice: ChoiceNode, isDecided: boolean): void =>
    climb(
      sourcesOfChoice(choice),
      (step) => {
        if (needed.has(step) || unneeded.has(step)) return false
        unneeded.set(step, { choice, isDecided })
        return true
      },
      isDecided,
    )
  for (const choice of undecided) behind(choice, false) // grows by those that stand behind it
  for (const choice of passed) behind(choice, true)
  return unneeded
}

export const hasChoices = ({ steps, roots }: Pick<Plan, "steps" | "roots">): boolean =>
  roots.some(({ _tag }) => _tag === "Choice") || steps.some(({ choices }) => choices.length > 0)

/** A plan without what no value chose, its results as they came out. */
export function decidedPlan(plan: Plan, decide: Decide): Plan {
  if (!hasChoices(plan)) return plan
  const unneeded = unneededSteps(plan, decide)
  const isLeft = (step: PlannedStep): boolean => unneeded.get(step)?.isDecided !== true
  const steps = plan.steps.filter(isLeft)
  const chosen = plan.conditional.flatMap(({ output, ...named }): ReadonlyArray<NamedOutput> => {
    const taken = outputTaken(output, decide)
    return taken == null ? [] : [{ ...named, output: taken }]
  })
  const results = [...plan.results, ...chosen].filter(({ output: { source } }) => {
    const step = plannedStep(source, plan)
    return step === undefined || !unneeded.has(step)
  })
  return {
    ...plan,
    steps,
    tasks: steps.filter((step): step is PlannedTask => !isGroup(step)),
    conditional: plan.conditional.filter(({ output }) => outputTaken(output, decide) == null),
    results: labelledResults(plan.experiment, results, plan.task),
  }
}
