// From an experiment and its params to tasks in order, each with a label. Pure; it knows no keys and no results.
import type { TaskLabel } from "../content/digest.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import type { AnyStage, FileNode, Output, TaskNode } from "../declare/task.ts"
import { checkKinds, checkName } from "./check-wiring.ts"
import { labelTasks } from "./labels.ts"
import { boundsIn, isOutput, wiredOutputs } from "./wired-outputs.ts"

export interface PlannedTask {
  readonly label: TaskLabel
  readonly node: TaskNode
  readonly stage: string
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

/** @throws DeclarationError for what is wired wrongly, and whatever the experiment's own wiring throws */
export function plan(experiment: AnyExperiment, params: unknown): Plan {
  const results = namedOutputs(experiment.wire(params as never))
  if (results.length === 0) {
    throw new DeclarationError(
      `experiment "${experiment.name}" returns no task: return the tasks that it wires`,
    )
  }
  const { nodes, files } = reached(results.map(({ output }) => output.source))
  const planned = plannedTasks(nodes)
  const task = (node: TaskNode): PlannedTask => planned.get(node)!
  const named = results.map(({ name, output, single }) => {
    const isCell = !single && output.source._tag === "Task"
    return { output, single, name: isCell ? `${task(output.source as TaskNode).label}.${output.name}` : name }
  })
  return { experiment: experiment.name, params, tasks: [...planned.values()], files, results: named, task }
}

/**
 * Every task and file that is wired to, upstream first; among equals in the order of declaration.
 *
 * @throws DeclarationError for the first task that is wired wrongly
 */
function reached(sources: ReadonlyArray<TaskNode | FileNode>): {
  readonly nodes: ReadonlyArray<TaskNode>
  readonly files: ReadonlyArray<FileNode>
} {
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
      const next = at.upstream.next()
      if (next.done === true) nodes.push(way.pop()!.node)
      else enter(next.value)
    }
  }
  return { nodes, files: [...files.values()] }
}

/** @param nodes upstream first */
function plannedTasks(nodes: ReadonlyArray<TaskNode>): ReadonlyMap<TaskNode, PlannedTask> {
  const labels = labelTasks(nodes)
  const planned = new Map<TaskNode, PlannedTask & { readonly decisive: Set<string> }>()
  for (const node of nodes) {
    for (const { output } of boundsIn(node.params))
      if (output.source._tag === "Task") planned.get(output.source)!.decisive.add(output.name)
    planned.set(node, {
      label: labels.get(node)!,
      node,
      stage: node.stage.stageName,
      upstream: tasksOf(wiredOutputs(node)).map((upstream) => planned.get(upstream)!),
      decisive: new Set<string>(),
    })
  }
  return planned
}

const tasksOf = (outputs: ReadonlyArray<Output<string>>): ReadonlyArray<TaskNode> => [
  ...new Set(outputs.flatMap(({ source }) => (source._tag === "Task" ? [source] : []))),
]

function namedOutputs(value: unknown, name = "", single = true): ReadonlyArray<NamedOutput> {
  if (isOutput(value)) return [{ name: name === "" ? value.name : name, output: value, single }]
  if (typeof value !== "object" || value === null) return []
  const isArray = Array.isArray(value)
  return Object.entries(value).flatMap(([key, inner]) =>
    namedOutputs(inner, name === "" ? key : `${name}.${key}`, single && !isArray),
  )
}
