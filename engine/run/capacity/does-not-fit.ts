// A task that takes more than there is: it would wait for ever, so that it is refused, with what would help.
import { fullName } from "../../declare/task.ts"
import type { Plan } from "../../plan/plan.ts"
import { isGroup, type PlannedStep } from "../../plan/planned.ts"
import type { Admission } from "./admission.ts"
import type { Amounts } from "./free.ts"
import type { Needs, StageAbout } from "./needs.ts"

export class DoesNotFit extends Error {
  readonly _tag = "DoesNotFit"

  constructor(stage: string, needs: Needs, excess: keyof Amounts, all: Amounts) {
    super(messageOf[excess](stage, needs, all))
  }
}

/** What there is, and what of it a stage's tasks take. */
export interface Room {
  readonly admission: Pick<Admission<never>, "excess" | "all">
  readonly needsOf: (stage: StageAbout) => Needs
}

/** @returns why tasks of a stage would wait for ever, if they would */
export function doesNotFit(stage: StageAbout, { admission, needsOf }: Room): DoesNotFit | undefined {
  const needs = needsOf(stage)
  const excess = admission.excess(needs)
  return excess === undefined ? undefined : new DoesNotFit(stage.stageName, needs, excess, admission.all)
}

/**
 * The first stage of which a task that may still run, or may join with a group whose list is not known, takes more than there is.
 *
 * @param mayRun of a task, whether it may run; of a group, whether what it is made of is still to be known
 * @param codes by the full names of stages: one that has none may not be wired
 */
export function firstTooLarge(
  { steps, reachable }: Pick<Plan, "steps" | "reachable">,
  mayRun: (step: PlannedStep) => boolean,
  codes: ReadonlyMap<string, unknown>,
  room: Room,
): DoesNotFit | undefined {
  const open = steps.filter(mayRun)
  const stages = new Set<StageAbout>(open.flatMap((step) => (isGroup(step) ? [] : [step.node.stage])))
  if (open.some(isGroup)) {
    const wired = new Set(steps.flatMap((step) => (isGroup(step) ? [] : [fullName(step.node.stage)])))
    for (const stage of reachable) {
      const name = fullName(stage)
      if (!wired.has(name) && codes.has(name)) stages.add(stage)
    }
  }
  for (const stage of stages) {
    const found = doesNotFit(stage, room)
    if (found !== undefined) return found
  }
  return undefined
}

const messageOf: Readonly<Record<keyof Amounts, (stage: string, needs: Needs, all: Amounts) => string>> = {
  cores: (stage, { cores }, all) =>
    `stage "${stage}" takes ${cores} cores, and --jobs gives this run ${all.cores}: say --jobs ${cores}, or fewer cores with --policy ${stage}.resources.cores=${all.cores}; no key moves`,
  memory: (stage, { memory }, all) =>
    `stage "${stage}" takes ${inGB(memory)} of memory, and there are ${inGB(all.memory)}: say less with --policy ${stage}.resources.memory=SIZE where less is enough, or more with limits.memory in refold.config.ts where there is more; no key moves`,
}

const inGB = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(3))} GB`
