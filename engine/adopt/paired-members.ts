// Which tasks of a group are what earlier code has done: of each stage all or none, as a lock has one root of their keys. Pure.
import type { Json } from "../content/canonical.ts"
import { groupedBy } from "../content/grouped.ts"
import type { Resolution } from "../key/resolve.ts"
import { outermost, rootOf } from "../lock/group-lines.ts"
import type { Gave, LockedStage } from "../lock/lines.ts"
import type { Lock } from "../lock/lock-file.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { type Earlier, earlierWith, formatsOf, isFields, isFilledTo, only } from "./earlier-key.ts"

/** A task of a group, and what the lock says that it gave. */
export interface GroupMember {
  readonly task: PlannedTask
  readonly resolution: Resolution
  readonly locked: Gave
}

/** By task: that its key is the lock's, or what its key was. What is in neither is other work. @param members of one group */
export function pairedMembers(
  lock: Lock,
  members: ReadonlyArray<GroupMember>,
): ReadonlyMap<PlannedTask, Earlier | "current"> {
  const paired = new Map<PlannedTask, Earlier | "current">()
  for (const [name, all] of groupedBy(members, ({ resolution }) => resolution.fingerprint.stage)) {
    const root = lock.groups[outermost(all[0]!.task.inside!)]?.keys[name]
    const stage = lock.stages[name]
    if (root === undefined || stage === undefined) continue
    const today = new Map(all.map(({ task, resolution }) => [task.label, resolution.key]))
    const earlier = rootOf(today) === root ? undefined : earlierKeys(all, stage, root)
    for (const [i, { task }] of all.entries()) {
      if (rootOf(today) === root) paired.set(task, "current")
      else if (earlier !== undefined) paired.set(task, earlier[i]!)
    }
  }
  return paired
}

/** Of the stage as the lock has it, with today's params or such that lack some that stand at their defaults. */
function earlierKeys(
  members: ReadonlyArray<GroupMember>,
  stage: LockedStage,
  root: string,
): ReadonlyArray<Earlier> | undefined {
  for (const lacking of lackings(members))
    for (const format of formatsOf(members[0]!.resolution.fingerprint)) {
      const earlier = members.map(({ resolution }) =>
        earlierWith(resolution.fingerprint, stage, without(resolution.fingerprint.params, lacking), format),
      )
      const keys = new Map(members.map(({ task }, i) => [task.label, earlier[i]!.key]))
      if (rootOf(keys) === root) return earlier
    }
  return undefined
}

/** Names of params that earlier code may not have known: none, each that stands at its default in all, and all of these. */
function lackings(members: ReadonlyArray<GroupMember>): ReadonlyArray<ReadonlyArray<string>> {
  const [first] = members
  const params = first!.resolution.fingerprint.params
  const names = isFields(params) ? Object.keys(params) : []
  const atDefault = names.filter((name) =>
    members.every(({ task, resolution }) => {
      const today = resolution.fingerprint.params
      return isFilledTo(task, without(today, [name]), today)
    }),
  )
  return [[], ...atDefault.map((name) => [name]), ...(atDefault.length > 1 ? [atDefault] : [])]
}

const without = (params: Json, names: ReadonlyArray<string>): Json =>
  isFields(params)
    ? only(
        params,
        Object.keys(params).filter((name) => !names.includes(name)),
      )
    : params
