// Labels: what people, lock files and file names call the tasks of one plan. Pure.
import { digestOf, type TaskLabel } from "../content/digest.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import type { Axes, TaskNode } from "../declare/task.ts"
import { isBound } from "./wired-outputs.ts"

/**
 * `stage@axis=value+axis=value`, names sorted. Axes are those that the experiment declares; where it declares none and
 * a stage has several tasks, the scalar params in which they differ. Bound params are never axes.
 *
 * @throws DeclarationError when two tasks would share a label
 */
export function labelTasks(nodes: ReadonlyArray<TaskNode>): ReadonlyMap<TaskNode, TaskLabel> {
  const labels = new Map<TaskNode, TaskLabel>()
  const taken = new Set<string>() // without case: some file systems cannot tell it apart
  for (const [stage, tasks] of groupByStage(nodes)) {
    const bare = tasks.filter((task) => task.axes === undefined)
    const differing = bare.length > 1 ? differingParams(bare) : []
    for (const task of tasks) {
      const label = labelOf(stage, task.axes ?? pick(task.params, differing))
      if (taken.has(label.toLowerCase())) {
        throw new DeclarationError(
          `two tasks would be called ${label}: give each its axes, ${stage}(params, inputs, { axis: value })`,
        )
      }
      taken.add(label.toLowerCase())
      labels.set(task, label)
    }
  }
  return labels
}

const stageOf = (task: TaskNode): string => task.stage.stageName

function groupByStage(nodes: ReadonlyArray<TaskNode>): ReadonlyMap<string, ReadonlyArray<TaskNode>> {
  const groups = new Map<string, Array<TaskNode>>()
  for (const task of nodes) {
    const group = groups.get(stageOf(task))
    if (group === undefined) groups.set(stageOf(task), [task])
    else group.push(task)
  }
  return groups
}

export function labelOf(stage: string, axes: Axes): TaskLabel {
  const names = Object.keys(axes).sort()
  const parts = names.map((name) => `${safe(name)}=${safe(String(axes[name]))}`)
  return short(parts.length === 0 ? stage : `${stage}@${parts.join("+")}`) as TaskLabel
}

/** Labels become file names, of which most systems take 255 bytes, endings included. */
const longest = 160
const short = (label: string): string =>
  label.length <= longest ? label : `${label.slice(0, longest - 9)}-${digestOf(label).slice(0, 8)}`

/** Anything that a shell or a file system could take amiss becomes `_`. */
const safe = (text: string): string => text.replace(/[^A-Za-z0-9._-]/g, "_")

type Scalars = Readonly<Record<string, string | number>>

const scalars = (params: unknown, prefix = ""): Scalars =>
  Object.fromEntries(
    Object.entries(params ?? {}).flatMap(([name, value]): ReadonlyArray<[string, string | number]> => {
      if (typeof value === "number" || typeof value === "string") return [[`${prefix}${name}`, value]]
      if (typeof value === "boolean") return [[`${prefix}${name}`, String(value)]]
      const nested = typeof value === "object" && value !== null && !Array.isArray(value) && !isBound(value)
      return nested ? Object.entries(scalars(value, `${prefix}${name}.`)) : []
    }),
  )

function differingParams(tasks: ReadonlyArray<TaskNode>): ReadonlyArray<string> {
  const all = tasks.map((task) => scalars(task.params))
  const names = new Set(all.flatMap((params) => Object.keys(params)))
  return [...names].filter((name) => new Set(all.map((params) => params[name])).size > 1)
}

function pick(params: unknown, names: ReadonlyArray<string>): Axes {
  const all = scalars(params)
  return Object.fromEntries(names.flatMap((name) => (name in all ? [[name, all[name]!]] : [])))
}
