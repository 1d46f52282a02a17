// The outputs that a task declares today, as a lock's line records them. Pure.
import type { OutputRecords } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Gave } from "./lines.ts"

export const outputsOf = ({ node }: PlannedTask): ReadonlyArray<readonly [string, string]> =>
  Object.entries(node.stage.definition.outputs as Record<string, string>)

/** A task's outputs as the lock records them; undefined when it lacks one of them. */
export function lockedOutputs(task: PlannedTask, locked: Gave): OutputRecords | undefined {
  const declared = outputsOf(task)
  if (declared.some(([name]) => locked.outputs[name] === undefined)) return undefined
  return Object.fromEntries(
    declared.map(([name, kind]) => [name, { kind, digest: locked.outputs[name]!, size: 0 }]),
  )
}

/** What a group's list or a param is made of is not in the lock. */
export class NotQuoted extends Error {}

/** What a request is made of is not in the lock, and in no store that was given. */
export class NotAtHand extends Error {}
