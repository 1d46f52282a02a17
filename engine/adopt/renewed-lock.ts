// The lock once results are taken over: the same digests under today's keys, with a mark where nobody computed them again. Pure.
import type { Digest } from "../content/digest.ts"
import { groupedBy } from "../content/grouped.ts"
import { fullName } from "../declare/task.ts"
import type { Resolution } from "../key/resolve.ts"
import type { Adopted, OutputRecord } from "../ledger/records.ts"
import {
  type KeyedMember,
  type LockedGroup,
  lockedGroup,
  type Member,
  Members,
  outermost,
  rootsOf,
} from "../lock/group-lines.ts"
import type { Gave, LockedStage, LockedTask } from "../lock/lines.ts"
import type { Lock } from "../lock/lock-file.ts"
import { lockedResults, lockedStage } from "../lock/lock-of.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Pair } from "./pairing.ts"

/** A pair that is taken over; without a mark where all of it was computed again. */
export interface Taken extends Pair {
  readonly mark: Adopted | undefined
  readonly metrics: ReadonlyArray<Digest> | undefined
}

/** Today's side of a lock. */
export interface Renewing {
  readonly plan: Plan
  readonly files: ReadonlyMap<string, OutputRecord>
  /** Of what is taken over, and of what is current. */
  readonly resolutions: ReadonlyMap<PlannedTask, Resolution>
}

/** Today's keys in place of the lock's, in lines whose digests are the same. */
export function renewedLock(lock: Lock, taken: ReadonlyArray<Taken>, { files, ...today }: Renewing): Lock {
  const { plan } = today
  const declared = new Set<string>(plan.tasks.map(({ label }) => label))
  const tasks: Record<string, LockedTask> = { ...lock.tasks }
  const stages: Record<string, LockedStage> = { ...lock.stages }
  for (const each of taken) {
    const line = lineOf(lock, each)
    const before = lock.tasks[line]
    if (before === undefined || !isSame(before, each)) continue
    if (!declared.has(line)) delete tasks[line]
    const { key, fingerprint } = each.resolution
    tasks[each.task.label] = { ...gaveWith(each, before), key, params: fingerprint.params }
    stages[fingerprint.stage] = lockedStage(each.resolution)
  }
  const groups: Record<string, LockedGroup> = { ...lock.groups }
  const inGroups = taken.filter(({ task }) => task.inside !== undefined)
  for (const [name, all] of groupedBy(inGroups, ({ task }) => outermost(task.inside!))) {
    const group = lock.groups[name]
    if (group === undefined) continue
    const renewed = renewedGroup(name, group, all, today)
    groups[name] = renewed.group
    Object.assign(stages, renewed.stages)
  }
  const results = Object.keys(lock.results).length === 0 ? {} : lockedResults(plan)
  return { ...lock, tasks, stages, groups, files: renamedFiles(lock.files, files), results }
}

/** Of a stage whose keys are known all: a root says nothing of some. */
function renewedGroup(
  name: string,
  group: LockedGroup,
  taken: ReadonlyArray<Taken>,
  { plan, resolutions }: Omit<Renewing, "files">,
): { readonly group: LockedGroup; readonly stages: Lock["stages"] } {
  const lines = new Members({ [name]: group })
  const byTask = new Map(taken.map((each) => [each.task, each]))
  const inGroup = plan.tasks.filter(({ inside }) => inside !== undefined && outermost(inside) === name)
  const members = inGroup.map((task): KeyedMember => {
    const before = lines.find(task.inside!)
    const gave = typeof before === "object" ? before : undefined
    return { task, gave, key: resolutions.get(task)?.key }
  })
  const stages: Record<string, LockedStage> = {}
  for (const [stage, all] of groupedBy(members, ({ task }) => fullName(task.node.stage))) {
    const given = all.filter(({ gave }) => gave !== undefined)
    const isWhole = given.every(({ task, gave, key }) => {
      const each = byTask.get(task)
      return key !== undefined && (each === undefined || isSame(gave!, each))
    })
    const [first] = taken.filter(({ resolution }) => resolution.fingerprint.stage === stage)
    if (isWhole && first !== undefined) stages[stage] = lockedStage(first.resolution)
  }
  const renewed = members.map((member): Member => {
    const each = byTask.get(member.task)
    const isRenewed = each !== undefined && stages[fullName(member.task.node.stage)] !== undefined
    return isRenewed && member.gave !== undefined
      ? { task: member.task, gave: gaveWith(each, member.gave) }
      : member
  })
  const roots = rootsOf(members)
  const keys = Object.fromEntries(
    Object.entries(group.keys).map(([stage, root]) => [
      stage,
      stages[stage] === undefined ? root : roots[stage]!,
    ]),
  )
  return { group: lockedGroup(renewed, keys), stages }
}

const lineOf = (lock: Lock, { label, task }: Taken): string =>
  lock.tasks[label] === undefined ? task.label : label

/** Of what a run gave, the lock may say something else, and it may hold an output that the stage gives no more. */
function isSame(line: Gave, { locked, metrics }: Taken): boolean {
  if ((line.states ?? []).join() !== (locked.states ?? []).join()) return false
  const areMetricsSame =
    line.metrics === undefined || metrics === undefined || line.metrics.join() === metrics.join()
  return areMetricsSame && Object.entries(locked.outputs).every(([name, text]) => line.outputs[name] === text)
}

/** @param before what the lock holds of it; of links whose metrics a ledger lost it may know the digests */
function gaveWith({ task, locked, mark, metrics }: Taken, before: Gave): Gave {
  const { outputs, states, observed } = locked
  const pinned = metrics ?? before.metrics
  return {
    outputs,
    contents: task.inside === undefined ? locked.contents : before.contents, // of groups few are quoted
    ...(states === undefined ? {} : { states }),
    ...(observed === undefined ? {} : { observed }),
    ...(pinned === undefined ? {} : { metrics: pinned }),
    ...(mark === undefined ? {} : { adopted: mark }),
  }
}

/** A path is in no key: a file that was renamed has the digest that it had under another. */
function renamedFiles(
  locked: Lock["files"],
  files: ReadonlyMap<string, OutputRecord>,
): Readonly<Record<string, Digest>> {
  const renewed: Record<string, Digest> = { ...locked }
  for (const [path, { digest }] of files) {
    const before = Object.keys(renewed).find((name) => renewed[name] === digest && !files.has(name))
    if (renewed[path] !== undefined || before === undefined) continue
    delete renewed[before]
    renewed[path] = digest
  }
  return renewed
}
