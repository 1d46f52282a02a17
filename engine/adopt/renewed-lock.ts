// The lock once results are taken over: the same digests under today's keys, with a mark where nobody computed them again. Pure.
import type { Digest } from "../content/digest.ts"
import { keyFormat } from "../key/fingerprint.ts"
import type { Adopted, OutputRecord } from "../ledger/records.ts"
import type { LockedStage, LockedTask } from "../lock/lines.ts"
import type { Lock } from "../lock/lock-file.ts"
import { lockedResults } from "../lock/lock-of.ts"
import type { Plan } from "../plan/plan.ts"
import type { Pair } from "./pairing.ts"

/** A pair that is taken over; without a mark where all of it was computed again. */
export interface Taken extends Pair {
  readonly mark: Adopted | undefined
  readonly metrics: ReadonlyArray<Digest> | undefined
}

/** Today's keys in place of the lock's, in lines whose digests are the same. */
export function renewedLock(
  lock: Lock,
  taken: ReadonlyArray<Taken>,
  plan: Plan,
  files: ReadonlyMap<string, OutputRecord>,
): Lock {
  const declared = new Set<string>(plan.tasks.map(({ label }) => label))
  const tasks: Record<string, LockedTask> = { ...lock.tasks }
  const stages: Record<string, LockedStage> = { ...lock.stages }
  for (const each of taken) {
    const line = lineOf(lock, each)
    const before = lock.tasks[line]
    if (before === undefined || !isSame(before, each)) continue
    if (!declared.has(line)) delete tasks[line]
    const { fingerprint, code } = each.resolution
    tasks[each.task.label] = lineWith(each, before)
    const { packages, numerics } = fingerprint
    stages[fingerprint.stage] = { keyFormat, code: code.digest, sources: code.sources, packages, numerics }
  }
  const results = Object.keys(lock.results).length === 0 ? {} : lockedResults(plan)
  return { ...lock, tasks, stages, files: renamedFiles(lock.files, files), results }
}

const lineOf = (lock: Lock, { label, task }: Taken): string =>
  lock.tasks[label] === undefined ? task.label : label

/** Of what a run gave, the lock may say something else, and it may hold an output that the stage gives no more. */
function isSame(line: LockedTask, { locked, metrics }: Taken): boolean {
  if ((line.states ?? []).join() !== (locked.states ?? []).join()) return false
  const areMetricsSame =
    line.metrics === undefined || metrics === undefined || line.metrics.join() === metrics.join()
  return areMetricsSame && Object.entries(locked.outputs).every(([name, text]) => line.outputs[name] === text)
}

/** @param before what the lock holds of it; of links whose metrics a ledger lost it may know the digests */
function lineWith({ resolution, locked, mark, metrics }: Taken, before: LockedTask): LockedTask {
  const { adopted: _, metrics: __, ...rest } = locked
  const pinned = metrics ?? before.metrics
  return {
    ...rest,
    key: resolution.key,
    params: resolution.fingerprint.params,
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
