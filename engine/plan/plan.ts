// From an experiment and its params to tasks in order, each with a label. Pure; it knows no keys and no results.
import { atOnce, type Steps } from "../content/steps.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import { encodeExperimentParams } from "../declare/params.ts"
import { emptyList, repeated } from "../declare/plain-values.ts"
import { wrongStage } from "../declare/policy/policy.ts"
import { declaredNames, declaredStages } from "../declare/stage.ts"
import type { AnyStage, FileNode, GroupNode, TaskNode } from "../declare/task.ts"
import { wired } from "../declare/wiring.ts"
import { distinctResults, namedResults } from "./named-results.ts"
import {
  isGroup,
  type NamedChoice,
  type NamedGroup,
  type NamedOutput,
  type Opened,
  type PlannedGroup,
  type PlannedStep,
  type PlannedTask,
} from "./planned.ts"
import { Planning } from "./planning.ts"
import type { Source } from "./wired-outputs.ts"

export interface Plan {
  readonly experiment: string
  readonly params: unknown
  /** Upstream first; among equals the order of declaration. What a group is made of, once it is open, stands before it. */
  readonly steps: ReadonlyArray<PlannedStep>
  /** The tasks among them. */
  readonly tasks: ReadonlyArray<PlannedTask>
  readonly files: ReadonlyArray<FileNode>
  readonly results: ReadonlyArray<NamedOutput>
  readonly grouped: ReadonlyArray<NamedGroup>
  /** Results that upstream values decide on; of a plan in which they have, those of which there are none. */
  readonly conditional: ReadonlyArray<NamedChoice>
  /** What is asked for: whatever it does not need, as values decide, does not run. */
  readonly roots: ReadonlyArray<Source>
  /** Stages that the bodies of its groups may wire. */
  readonly reachable: ReadonlyArray<AnyStage>
  /** The file that its modules were loaded from; empty where nobody tells. */
  readonly bundle: string
  readonly task: (node: TaskNode) => PlannedTask
  readonly group: (node: GroupNode) => PlannedGroup
  /** What a group is made of, once its list is known. */
  readonly opened: (group: PlannedGroup) => Opened | undefined
  /** How it was planned: what groups are made of is planned on from there. */
  readonly planned: Planning
}

/**
 * @throws DeclarationError for what is wired wrongly, ParamError or CanonicalError for params that a stage does not take,
 *   and whatever the experiment's own wiring throws
 */
export const plan = (experiment: AnyExperiment, params: unknown): Plan => atOnce(planning(experiment, params))

/** The same, as steps. */
export function* planning(experiment: AnyExperiment, params: unknown): Steps<Plan> {
  const wrong = wrongStage(experiment.policy, declaredNames())
  if (wrong !== undefined)
    throw new DeclarationError(`the policy of the experiment "${experiment.name}": ${wrong}`)
  const { value, declared } = wired(() => experiment.wire(params as never))
  const { outputs, groups, choices } = namedResults(value)
  const inParams = (find: typeof repeated): string | undefined =>
    Object.entries(encodeExperimentParams(experiment, params as Readonly<Record<string, unknown>>))
      .map(([name, value]) => find(name, value))
      .find((found) => found !== undefined)
  if (outputs.length + groups.length + choices.length === 0) {
    const empty = inParams(emptyList)
    throw new DeclarationError(
      `experiment "${experiment.name}" returns no task: ${empty === undefined ? "return the tasks that it wires" : `${empty}, and a grid of nothing runs nothing`}`,
    )
  }
  const planned = new Planning()
  const roots = [
    ...[...outputs, ...choices].map(({ output }) => output.source),
    ...groups.map(({ place }) => place.node),
  ]
  const steps = yield* planned.experiment(roots, declared, () => inParams(repeated))
  const hasGroups = steps.some(isGroup)
  return planOf(planned, {
    ...{ experiment: experiment.name, params, steps, results: outputs, grouped: groups },
    ...{ conditional: choices, roots },
    reachable: hasGroups ? (experiment.loaded?.stages ?? declaredStages()) : [],
    bundle: experiment.loaded?.bundle ?? "",
  })
}

interface Parts {
  readonly experiment: string
  readonly params: unknown
  readonly steps: ReadonlyArray<PlannedStep>
  readonly results: ReadonlyArray<NamedOutput>
  readonly grouped: ReadonlyArray<NamedGroup>
  readonly conditional: ReadonlyArray<NamedChoice>
  readonly roots: ReadonlyArray<Source>
  readonly reachable: ReadonlyArray<AnyStage>
  readonly bundle: string
}

/** The plan that is made of what is planned so far. @param results under the names of where they stand */
export function planOf(
  planned: Planning,
  { results, ...parts }: Parts,
  opened: Plan["opened"] = () => undefined,
): Plan {
  return {
    ...parts,
    tasks: parts.steps.filter((step): step is PlannedTask => !isGroup(step)),
    files: planned.files,
    results: labelledResults(parts.experiment, results, (node) => planned.task(node)),
    task: (node) => planned.task(node),
    group: (node) => planned.group(node),
    opened,
    planned,
  }
}

/** Each output once under each name, cells called after their tasks. @throws DeclarationError for two outputs of one name */
export const labelledResults = (
  experiment: string,
  results: ReadonlyArray<NamedOutput>,
  task: Plan["task"],
): ReadonlyArray<NamedOutput> =>
  distinctResults(
    experiment,
    results.map((result) => {
      const { source, name } = result.output
      const isCell = !result.single && source._tag === "Task"
      return isCell ? { ...result, name: `${task(source).label}.${name}` } : result
    }),
  )
