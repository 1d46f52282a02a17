// From an experiment and its params to tasks in order, each with a label. Pure; it knows no keys and no results.
import { canonical, type Json } from "../content/canonical.ts"
import type { TaskLabel } from "../content/digest.ts"
import { atOnce, type Steps } from "../content/steps.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import { encodeExperimentParams, encodeParams } from "../declare/params.ts"
import { emptyList, repeated } from "../declare/plain-values.ts"
import { wrongStage } from "../declare/policy.ts"
import { declaredStages } from "../declare/stage.ts"
import type { AnyStage, FileNode, Output, TaskNode } from "../declare/task.ts"
import { countingTasks } from "../declare/task-count.ts"
import { checkKinds, checkName } from "./check-wiring.ts"
import { labelTasks } from "./labels.ts"
import { boundsIn, isOutput, wiredOutputs } from "./wired-outputs.ts"

export interface PlannedTask {
  readonly label: TaskLabel
  readonly node: TaskNode
  readonly stage: string
  /** As they enter its key; undefined while some are bound. */
  readonly params: Json | undefined
  /** Tasks whose outputs this one needs, as inputs or through bound params. */
  readonly upstream: ReadonlyArray<PlannedTask>
  /** Its own outputs, by name, that decide a bound param of another. */
  readonly decisive: ReadonlySet<string>
}

/** A named result: one output of one task. Of what stands in an array (`single` false) the task's label is the name. */
export interface NamedOutput {
  readonly name: string
  readonly output: Output<string>
  readonly single: boolean
}

export interface Plan {
  readonly experiment: string
  readonly params: unknown
  /** Upstream first; among equals the order of declaration. */
  readonly tasks: ReadonlyArray<PlannedTask>
  readonly files: ReadonlyArray<FileNode>
  readonly results: ReadonlyArray<NamedOutput>
  readonly task: (node: TaskNode) => PlannedTask
}

/** The names of the stages of tasks. */
export const stagesOf = (tasks: ReadonlyArray<PlannedTask>): ReadonlyArray<string> => [
  ...new Set(tasks.map(({ stage }) => stage)),
]

/**
 * @throws DeclarationError for what is wired wrongly, ParamError or CanonicalError for params that a stage does not take,
 *   and whatever the experiment's own wiring throws
 */
export const plan = (experiment: AnyExperiment, params: unknown): Plan => atOnce(planning(experiment, params))

/** The same, as steps. */
export function* planning(experiment: AnyExperiment, params: unknown): Steps<Plan> {
  const wrong = wrongStage(experiment.policy, declaredStages())
  if (wrong !== undefined)
    throw new DeclarationError(`the policy of the experiment "${experiment.name}": ${wrong}`)
  const results = namedOutputs(countingTasks(() => experiment.wire(params as never)))
  const inParams = (find: typeof repeated): string | undefined =>
    Object.entries(encodeExperimentParams(experiment, params as Readonly<Record<string, unknown>>))
      .map(([name, value]) => find(name, value))
      .find((found) => found !== undefined)
  if (results.length === 0) {
    const empty = inParams(emptyList)
    throw new DeclarationError(
      `experiment "${experiment.name}" returns no task: ${empty === undefined ? "return the tasks that it wires" : `${empty}, and a grid of nothing runs nothing`}`,
    )
  }
  const { nodes, files } = yield* reached(results.map(({ output }) => output.source))
  const planned = yield* plannedTasks(nodes, () => inParams(repeated))
  const task = (node: TaskNode): PlannedTask => planned.get(node)!
  const named = distinct(
    experiment.name,
    results.map(({ name, output, single }) => {
      const isCell = !single && output.source._tag === "Task"
      return {
        output,
        single,
        name: isCell ? `${task(output.source as TaskNode).label}.${output.name}` : name,
      }
    }),
  )
  return { experiment: experiment.name, params, tasks: [...planned.values()], files, results: named, task }
}

/**
 * Every task and file that is wired to, upstream first; among equals in the order of declaration.
 *
 * @throws DeclarationError for the first task that is wired wrongly
 */
function* reached(sources: ReadonlyArray<TaskNode | FileNode>): Steps<{
  readonly nodes: ReadonlyArray<TaskNode>
  readonly files: ReadonlyArray<FileNode>
}> {
  const files = new Map<string, FileNode>()
  const nodes: Array<TaskNode> = []
  const stages = new Map<string, AnyStage>()
  /** From a result to the task at hand, with what of each one's upstream is left: no recursion, as chains of tasks are long. */
  const way: Array<{ readonly node: TaskNode; readonly upstream: Iterator<TaskNode | FileNode> }> = []
  const seen = new Set<TaskNode>()
  const enter = (source: TaskNode | FileNode): void => {
    if (source._tag === "File") {
      files.set(source.path, source)
    } else if (!seen.has(source)) {
      seen.add(source)
      checkKinds(source)
      checkName(source.stage, stages)
      const upstream = wiredOutputs(source).map((output) => output.source)
      way.push({ node: source, upstream: upstream[Symbol.iterator]() })
    }
  }
  for (const source of sources) {
    enter(source)
    for (let at = way.at(-1); at !== undefined; at = way.at(-1)) {
      yield
      const next = at.upstream.next()
      if (next.done === true) nodes.push(way.pop()!.node)
      else enter(next.value)
    }
  }
  return { nodes, files: [...files.values()] }
}

/** @param nodes upstream first */
function* plannedTasks(
  nodes: ReadonlyArray<TaskNode>,
  repeated: () => string | undefined,
): Steps<ReadonlyMap<TaskNode, PlannedTask>> {
  const labels = yield* labelTasks(nodes, repeated)
  const planned = new Map<TaskNode, PlannedTask & { readonly decisive: Set<string> }>()
  for (const node of nodes) {
    yield
    const label = labels.get(node)!
    const bounds = boundsIn(node.params)
    for (const { output } of bounds)
      if (output.source._tag === "Task") planned.get(output.source)!.decisive.add(output.name)
    planned.set(node, {
      label,
      node,
      stage: node.stage.stageName,
      params: bounds.length === 0 ? paramsOf(label, node) : undefined,
      upstream: tasksOf(wiredOutputs(node)).map((upstream) => planned.get(upstream)!),
      decisive: new Set<string>(),
    })
  }
  return planned
}

/** Before anything runs: what a stage does not take would else be found after all that it waits for. */
function paramsOf(label: TaskLabel, { stage, params }: TaskNode): Json {
  const encoded = encodeParams(label, stage.definition.params, params)
  canonical(encoded, `${label}: params`)
  return encoded
}

const tasksOf = (outputs: ReadonlyArray<Output<string>>): ReadonlyArray<TaskNode> => [
  ...new Set(outputs.flatMap(({ source }) => (source._tag === "Task" ? [source] : []))),
]

/** What is at hand while results are named, and what it lies in. */
interface Found {
  readonly value: unknown
  readonly name: string
  readonly single: boolean
  readonly outer: Found | undefined
}

/** Outputs in the order in which they stand, under the dotted names of where. */
function namedOutputs(wired: unknown): ReadonlyArray<NamedOutput> {
  const named: Array<NamedOutput> = []
  const open: Array<Found> = [{ value: wired, name: "", single: true, outer: undefined }]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { value, name, single } = at
    if (isOutput(value)) named.push({ name: name === "" ? value.name : name, output: value, single })
    if (isOutput(value) || typeof value !== "object" || value === null) continue
    for (let { outer } = at; outer !== undefined; outer = outer.outer)
      if (outer.value === value) throw new DeclarationError(`the results at "${name}" contain themselves`)
    const inside = Object.entries(value).map(([key, inner]) => ({
      value: inner,
      name: name === "" ? key : `${name}.${key}`,
      single: single && !Array.isArray(value),
      outer: at,
    }))
    while (inside.length > 0) open.push(inside.pop()!)
  }
  return named
}

/** Each output once under each name. @throws DeclarationError for two outputs of one name */
function distinct(experiment: string, results: ReadonlyArray<NamedOutput>): ReadonlyArray<NamedOutput> {
  const known = new Map<string, NamedOutput>()
  for (const result of results) {
    const { source, name } = known.get(result.name)?.output ?? result.output
    if (source !== result.output.source || name !== result.output.name)
      throw new DeclarationError(
        `experiment "${experiment}" returns two results called "${result.name}": give one of them another name`,
      )
    if (!known.has(result.name)) known.set(result.name, result)
  }
  return [...known.values()]
}
