// What a task is wired to: its outputs, bound params and inputs, found in a declaration. Pure.
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

/** The bound params anywhere inside a task's params. */
export function boundsIn(value: unknown): ReadonlyArray<Bound> {
  if (isBound(value)) return [value]
  if (typeof value !== "object" || value === null) return []
  return Object.values(value).flatMap(boundsIn)
}
