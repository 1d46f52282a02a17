// From an experiment and its params to tasks in order, each with a label. Pure; it knows no keys and no results.
import type { TaskLabel } from "../content/digest.ts"
import { accepts } from "../content/kind.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import type { AnyStage, FileNode, Output, TaskNode } from "../declare/stage.ts"
import { suggest } from "../declare/suggest.ts"
import { labelTasks } from "./labels.ts"
import { boundsIn, DeclarationError, isOutput, wiredOutputs } from "./wired-outputs.ts"

export type Inputs = TaskNode["inputs"]

export interface PlannedTask {
  readonly label: TaskLabel
  readonly node: TaskNode
  readonly stage: string
  /** Tasks whose outputs this one needs, as inputs or through bound params. */
  readonly upstream: ReadonlyArray<PlannedTask>
  /** Of those, the tasks that decide a bound param. */
  readonly deciders: ReadonlyArray<PlannedTask>
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

export function plan(experiment: AnyExperiment, params: unknown): Plan {
  const results = namedOutputs(experiment.wire(params as never))
  if (results.length === 0) {
    throw new DeclarationError(
      `experiment "${experiment.name}" returns no task: return the tasks that it wires`,
    )
  }
  const nodes: Array<TaskNode> = []
  const files = new Map<string, FileNode>()
  const seen = new Set<TaskNode>()
  const stages = new Map<string, AnyStage>()
  const visit = (source: TaskNode | FileNode): void => {
    if (source._tag === "File") {
      files.set(source.path, source)
      return
    }
    if (seen.has(source)) return
    seen.add(source)
    checkKinds(source)
    checkName(source.stage, stages)
    for (const output of wiredOutputs(source)) visit(output.source)
    nodes.push(source)
  }
  for (const { output } of results) visit(output.source)

  const labels = labelTasks(nodes)
  const planned = new Map<TaskNode, PlannedTask & { readonly decisive: Set<string> }>()
  const tasks: Array<PlannedTask> = []
  const task = (source: TaskNode): PlannedTask => planned.get(source)!
  for (const source of nodes) {
    const deciding = boundsIn(source.params).map(({ output }) => output)
    const deciders = tasksOf(deciding).map(task)
    const upstream = tasksOf(wiredOutputs(source)).map(task)
    for (const { source: decider, name } of deciding)
      if (decider._tag === "Task") planned.get(decider)!.decisive.add(name)
    const entry = {
      label: labels.get(source)!,
      node: source,
      stage: source.stage.stageName,
      upstream,
      deciders,
      decisive: new Set<string>(),
    }
    planned.set(source, entry)
    tasks.push(entry)
  }
  const named = results.map(({ name, output, single }) => {
    const isCell = !single && output.source._tag === "Task"
    return { output, single, name: isCell ? `${task(output.source as TaskNode).label}.${output.name}` : name }
  })
  return { experiment: experiment.name, params, tasks, files: [...files.values()], results: named, task }
}

/** The part of a plan that a task, or every task of a stage, needs. @throws DeclarationError for an unknown name */
export function restrictTo(whole: Plan, name: string): Plan {
  const targets = whole.tasks.filter(({ label, stage }) => label === name || stage === name)
  if (targets.length === 0) {
    const names = [...new Set(whole.tasks.flatMap(({ label, stage }) => [stage, label]))]
    throw new DeclarationError(
      `experiment "${whole.experiment}" has no task or stage "${name}"${suggest(name, names)}`,
    )
  }
  const kept = new Set<PlannedTask>()
  const visit = (task: PlannedTask): void => {
    if (kept.has(task)) return
    kept.add(task)
    task.upstream.forEach(visit)
  }
  targets.forEach(visit)
  const isKept = ({ source }: Output<string>): boolean =>
    source._tag === "Task" && kept.has(whole.task(source))
  return {
    ...whole,
    tasks: whole.tasks.filter((task) => kept.has(task)),
    results: whole.results.filter(({ output }) => isKept(output)),
  }
}

const tasksOf = (outputs: ReadonlyArray<Output<string>>): ReadonlyArray<TaskNode> => [
  ...new Set(outputs.flatMap(({ source }) => (source._tag === "Task" ? [source] : []))),
]

/** Types say this already; casts, plain JavaScript and data-driven wiring do not. */
function checkKinds({ stage, inputs, params }: TaskNode): void {
  const roles = stage.definition.inputs as Readonly<Record<string, string | { many: string }>>
  for (const role of Object.keys(inputs)) {
    if (!Object.hasOwn(roles, role)) {
      throw new DeclarationError(
        `${stage.stageName} has no input "${role}": it has ${Object.keys(roles).join(", ") || "none"}`,
      )
    }
  }
  for (const [role, wanted] of Object.entries(roles)) {
    const wire = inputs[role]
    if (wire === undefined) throw new DeclarationError(`${stage.stageName} lacks its input "${role}"`)
    if (typeof wanted === "string" ? !isOutput(wire) : isOutput(wire)) {
      throw new DeclarationError(
        `${stage.stageName} takes ${typeof wanted === "string" ? "one artifact" : "artifacts under names"} as "${role}"`,
      )
    }
    const kind = typeof wanted === "string" ? wanted : wanted.many
    for (const output of isOutput(wire) ? [wire] : Object.values(wire)) {
      if (!isOutput(output))
        throw new DeclarationError(`${stage.stageName}'s input "${role}" is not an output of a task`)
      if (!accepts(kind, output.kind)) {
        throw new DeclarationError(`${stage.stageName} takes ${kind} as "${role}", not ${output.kind}`)
      }
    }
  }
  for (const { output } of boundsIn(params)) {
    if (!accepts("value", output.kind)) {
      throw new DeclarationError(
        `a param of ${stage.stageName} is bound to ${output.name}: it takes a value, not ${output.kind}`,
      )
    }
  }
}

/** One name, one stage: its code and results are found by name. Forms of one stage share a module. */
function checkName(stage: AnyStage, known: Map<string, AnyStage>): void {
  for (const name of [stage.stageName, `${stage.stageName}.${stage.form}`]) {
    const first = known.get(name) ?? stage
    known.set(name, first)
    if (first.form === stage.form ? first === stage : first.module === stage.module) continue
    const modules = [...new Set([first, stage].map(({ module }) => module ?? "an unknown module"))]
    throw new DeclarationError(
      `two stages are called "${stage.stageName}" (${modules.join(", ")}): rename one of them`,
    )
  }
}

function namedOutputs(value: unknown, name = "", single = true): ReadonlyArray<NamedOutput> {
  if (isOutput(value)) return [{ name: name === "" ? value.name : name, output: value, single }]
  if (typeof value !== "object" || value === null) return []
  const isArray = Array.isArray(value)
  return Object.entries(value).flatMap(([key, inner]) =>
    namedOutputs(inner, name === "" ? key : `${name}.${key}`, single && !isArray),
  )
}
