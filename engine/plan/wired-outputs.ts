// What a task is wired to: its outputs, groups, bound params and inputs, found in a declaration. Pure.
import { CanonicalError, deepest } from "../content/canonical.ts"
import { groupPlace } from "../declare/each.ts"
import type {
  Bound,
  ChoiceNode,
  FileNode,
  GroupNode,
  GroupPlace,
  ItemNode,
  OptionalOutput,
  Output,
  TaskNode,
} from "../declare/task.ts"

/** What gives what is wired. */
export type Source = TaskNode | FileNode | ItemNode | GroupNode | ChoiceNode

export const isOutput = (value: unknown): value is Output<string> =>
  typeof value === "object" && value !== null && (value as { _tag?: unknown })._tag === "Output"

export const isOptionalOutput = (value: unknown): value is OptionalOutput<string> =>
  typeof value === "object" && value !== null && (value as { _tag?: unknown })._tag === "OptionalOutput"

export const isBound = (value: unknown): value is Bound =>
  typeof value === "object" && value !== null && (value as { _tag?: unknown })._tag === "Bound"

/** All that a task is wired to: inputs in order of role, then bound params. */
export function sourcesOf(task: TaskNode): ReadonlyArray<Source> {
  const inputs = Object.values(task.inputs).flatMap((wire): ReadonlyArray<Source> => {
    if (isOutput(wire) || isOptionalOutput(wire)) return [wire.source]
    const place = groupPlace(wire)
    return place === undefined ? Object.values(wire).map(({ source }) => source) : [place.node]
  })
  return [...inputs, ...boundsIn(task.params).map((bound) => bound.output.source)]
}

/** All that may give what a choice comes to, after what gives the value that decides. */
export const sourcesOfChoice = ({ on, branches }: ChoiceNode): ReadonlyArray<Source> => [
  on.output.source,
  ...branches.map(({ output }) => output.source),
]

/** What gives the list that a group is made over. */
export const sourceOfList = ({ over }: GroupNode): Source =>
  isOutput(over) ? over.source : groupPlace(over)!.node

/** The roles of a task that take what a group gives, with the group's place. */
export const groupedRoles = (task: TaskNode): ReadonlyArray<readonly [role: string, place: GroupPlace]> =>
  Object.entries(task.inputs).flatMap(([role, wire]) => {
    const place = groupPlace(wire)
    return place === undefined ? [] : [[role, place] as const]
  })

/** The bound params anywhere inside a task's params. @throws CanonicalError for params that are nested too deeply to be encoded */
export function boundsIn(params: unknown): ReadonlyArray<Bound> {
  if (isFlat(params)) return []
  const found: Array<Bound> = []
  const open = [{ value: params, depth: 0 }]
  const seen = new Set<object>()
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { value, depth } = at
    if (isBound(value)) found.push(value)
    if (isBound(value) || typeof value !== "object" || value === null || seen.has(value)) continue
    seen.add(value)
    if (depth > deepest)
      throw new CanonicalError("params", `they are nested more than ${deepest} levels deep`)
    const inside = Object.values(value).map((inner) => ({ value: inner, depth: depth + 1 }))
    while (inside.length > 0) open.push(inside.pop()!)
  }
  return found
}

/** Most params hold nothing that could hold anything: there is nothing to walk. */
const isFlat = (params: unknown): boolean =>
  typeof params !== "object" ||
  params === null ||
  (!isBound(params) && Object.values(params).every((value) => typeof value !== "object" || value === null))
