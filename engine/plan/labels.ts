// Labels: what people, lock files and file names call the tasks of one plan. Pure.
import { digestOf, type TaskLabel } from "../content/digest.ts"
import { groupedBy } from "../content/grouped.ts"
import type { Steps } from "../content/steps.ts"
import { DeclarationError } from "../declare/declaration-error.ts"
import { withDefaults } from "../declare/defaults.ts"
import { unfit } from "../declare/plain-values.ts"
import type { Axes, Call, TaskNode } from "../declare/task.ts"
import type { Inside } from "./planned.ts"
import { isBound } from "./wired-outputs.ts"

/** Labels by their text without case: some file systems cannot tell it apart. */
export type TakenLabels = Map<string, TaskLabel>

export interface Labelled {
  readonly label: TaskLabel
  readonly inside?: Inside
}

export interface Labelling {
  /** What is taken already, and will be. */
  readonly taken: TakenLabels
  /** Axes of the items of groups that the tasks stand in: items may differ in case alone. */
  readonly scope?: Axes
  /** Asked when two tasks would share a label: what the experiment was given twice, if anything. */
  readonly repeated?: () => string | undefined
}

/**
 * `stage@axis=value+axis=value`, names sorted. Axes are those that the experiment declares; where it declares none and
 * a stage has several tasks, the scalar params in which they differ. Bound params are never axes. Inside a group its item is one more.
 *
 * @throws DeclarationError when two tasks would share a label, or for an axis that no label can hold
 */
export function* labelTasks(
  nodes: ReadonlyArray<TaskNode>,
  { taken, scope = {}, repeated = () => undefined }: Labelling,
): Steps<ReadonlyMap<TaskNode, Labelled>> {
  const labels = new Map<TaskNode, Labelled>()
  const isInside = Object.keys(scope).length > 0
  checkCalls(nodes)
  for (const tasks of groupedBy(nodes, stageAndCall).values()) {
    const stage = stageOf(tasks[0]!)
    const differing = yield* differingIn(tasks.filter((task) => task.axes === undefined))
    for (const task of tasks) {
      yield
      checkAxes(stage, task.axes, scope)
      checkAxes(stage, task.repeats, scope)
      const own = task.axes ?? pick(givenTo(task), differing)
      const axes = { ...own, ...task.repeats, ...callOf(stage, task) }
      const label = labelOf(stage, { ...axes, ...scope })
      const known = isInside ? label : label.toLowerCase()
      const other = taken.get(known)
      if (other !== undefined) throw new DeclarationError(sharedLabel(stage, label, other, repeated()))
      taken.set(known, label)
      labels.set(task, isInside ? { label, inside: { name: labelOf(stage, axes), scope } } : { label })
    }
  }
  return labels
}

/** @throws DeclarationError when two groups would share a label, or the items of one would hide those of another */
export function groupLabel(name: string, scope: Axes, taken: TakenLabels): TaskLabel {
  if (Object.hasOwn(scope, name))
    throw new DeclarationError(
      `the group ${name} stands in another of that name: give one of them another name`,
    )
  const label = groupIn(name, scope)
  const known = `group ${label}`
  if (taken.has(known))
    throw new DeclarationError(`two groups would be called ${label}: give one of them another name`)
  taken.set(known, label)
  return label
}

function sharedLabel(stage: string, label: string, other: string, repeated: string | undefined): string {
  if (label !== other)
    return `two tasks would be called ${other} and ${label}, which some file systems cannot tell apart: let them differ in more than case`
  const remedy =
    repeated === undefined
      ? `give each its axes, ${stage}(params, inputs, { axis: value })`
      : `${repeated}; leave one of them out`
  return `two tasks would be called ${label}: ${remedy}`
}

/** Types say that axes are numbers and text; what of these no label can hold, they do not. */
function checkAxes(stage: string, axes: Axes | undefined, scope: Axes): void {
  for (const [name, value] of Object.entries(axes ?? {})) {
    if (Object.hasOwn(scope, name))
      throw new DeclarationError(`${stage}: the axis ${name} is called like the group that it stands in`)
    const wrong =
      typeof value === "number" || typeof value === "string"
        ? (unfit(`the axis ${name}`, value) ?? unfit("the name of an axis", name))
        : `the axis ${name} is no number and no text`
    if (wrong !== undefined) throw new DeclarationError(`${stage}: ${wrong}`)
  }
}

/** What a task is given as params, whether it was written out or left to its default. */
const givenTo = ({ stage, params }: TaskNode): unknown => withDefaults(stage.definition.params, params)

/** What a call of another experiment declares is labelled for itself: nothing else may change how. */
const stageAndCall = ({ stage, of }: TaskNode): string => `${stage.stageName} ${of?.name ?? ""}`

/** @throws DeclarationError where the task has such an axis already */
function callOf(stage: string, { of, axes, repeats }: TaskNode): Axes {
  if (of === undefined) return {}
  if (axes?.of !== undefined || repeats?.of !== undefined)
    throw new DeclarationError(
      `${stage}: the axis of names the experiment that is called, ${of.name}: give the task's own another name`,
    )
  return { of: of.name }
}

/** Two calls of one name would share labels, or each rename what the other wires. @throws DeclarationError */
function checkCalls(nodes: ReadonlyArray<TaskNode>): void {
  const known = new Map<string, Call>()
  for (const { of, repeats } of nodes) {
    if (of === undefined) continue
    const place = `${of.name} ${repeatsText(repeats)}`
    if ((known.get(place) ?? of) !== of)
      throw new DeclarationError(
        `"${of.name}" is called twice: call it once, or give the second call a name, use(experiment, params, "name")`,
      )
    known.set(place, of)
  }
}

const repeatsText = (repeats: Axes | undefined): string =>
  repeats === undefined ? "" : JSON.stringify(Object.entries(repeats).sort())

const stageOf = (task: TaskNode): string => task.stage.stageName

export function labelOf(stage: string, axes: Axes): TaskLabel {
  const names = Object.keys(axes).sort()
  const parts = names.map((name) => `${safe(name)}=${safe(String(axes[name]))}`)
  return short(parts.length === 0 ? stage : `${stage}@${parts.join("+")}`) as TaskLabel
}

/** What a group is called that stands in such items of others. */
export const groupIn = (name: string, scope: Axes): TaskLabel => labelOf(name, scope)

/** The label of a task of a group, of its name there and the items that it stands in. */
export function labelInside({ name, scope }: Inside): TaskLabel {
  const [stage, own] = name.split("@")
  const items = Object.entries(scope).map(([group, item]) => `${safe(group)}=${safe(String(item))}`)
  return short(`${stage}@${[...(own?.split("+") ?? []), ...items].sort(byName).join("+")}`) as TaskLabel
}

const byName = (a: string, b: string): number => (a.split("=")[0]! < b.split("=")[0]! ? -1 : 1)

/** Labels become file names, of which most systems take 255 bytes, endings included. */
const longest = 160
const short = (label: string): string =>
  label.length <= longest ? label : `${label.slice(0, longest - 9)}-${digestOf(label).slice(0, 8)}`

/**
 * Anything that a shell or a file system could take amiss becomes `_`; what is changed so gets its digest, as another text
 * may become the same. What could pass for such a text gets it too.
 */
function safe(text: string): string {
  const form = text.replace(/[^A-Za-z0-9._-]/g, "_")
  return form === text && !isMarked.test(text)
    ? text
    : `${form}-${digestOf(JSON.stringify(text)).slice(0, 12)}`
}
const isMarked = /_.*-[0-9a-f]{12}$/i

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

/** What a repeat tells apart by an axis needs no other: params in which tasks differ beside that. */
function* differingIn(bare: ReadonlyArray<TaskNode>): Steps<ReadonlyArray<string>> {
  const repeated = groupedBy(bare, ({ repeats }) => repeatsText(repeats))
  const names = new Set<string>()
  for (const tasks of repeated.values())
    if (tasks.length > 1) for (const name of yield* differingParams(tasks)) names.add(name)
  return [...names]
}

function* differingParams(tasks: ReadonlyArray<TaskNode>): Steps<ReadonlyArray<string>> {
  const all: Array<Scalars> = []
  const names = new Set<string>()
  for (const task of tasks) {
    yield
    const params = scalars(givenTo(task))
    all.push(params)
    for (const name of Object.keys(params)) names.add(name)
  }
  return [...names].filter((name) => new Set(all.map((params) => params[name])).size > 1)
}

function pick(params: unknown, names: ReadonlyArray<string>): Axes {
  const all = scalars(params)
  return Object.fromEntries(names.flatMap((name) => (name in all ? [[name, all[name]!]] : [])))
}
