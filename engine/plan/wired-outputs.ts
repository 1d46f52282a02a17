// What a task is wired to: its outputs, bound params and inputs, found in a declaration. Pure.
import { CanonicalError, deepest } from "../content/canonical.ts"
import type { Bound, Output, TaskNode } from "../declare/task.ts"

export const isOutput = (value: unknown): value is Output<string> =>
  typeof value === "object" && value !== null && (value as { _tag?: unknown })._tag === "Output"

export const isBound = (value: unknown): value is Bound =>
  typeof value === "object" && value !== null && (value as { _tag?: unknown })._tag === "Bound"

/** Every output that a task is wired to: inputs in order of role, then bound params. */
export function wiredOutputs(task: TaskNode): ReadonlyArray<Output<string>> {
  const inputs = Object.values(task.inputs).flatMap((wire) => (isOutput(wire) ? [wire] : Object.values(wire)))
  return [...inputs, ...boundsIn(task.params).map((bound) => bound.output)]
}

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
