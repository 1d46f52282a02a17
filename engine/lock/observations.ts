// What a lock file says was observed: which of a key's observations counts, wherever it was made.
import type { Key } from "../content/digest.ts"
import { freshnessOf, isObserved } from "../declare/observed/observed.ts"
import { declaredStages } from "../declare/stage.ts"
import type { Observations } from "../ledger/observations.ts"
import { type LockedObservation, momentOf } from "../run/observed/counted.ts"
import type { LockedObservations } from "../run/observed/observing.ts"
import type { RunSummary } from "../run/options.ts"
import { Members } from "./group-lines.ts"
import type { Gave } from "./lines.ts"
import { type Lock, LockError, lockPath, readLock } from "./lock-file.ts"

/**
 * Of today's lock file; undefined where nothing is observed, or there is none that can be read.
 *
 * @param isHeld whether it alone counts
 */
export function lockedObservations(
  root: string,
  experiment: string,
  isHeld = false,
): LockedObservations | undefined {
  if (!declaredStages().some(isObserved)) return undefined
  const lock = readable(root, experiment)
  return lock && observationsIn(lock, lockPath(root, experiment), isHeld)
}

function readable(root: string, experiment: string): Lock | undefined {
  try {
    return readLock(root, experiment)
  } catch (failure) {
    if (failure instanceof LockError) return undefined // whoever compares with it says so
    throw failure
  }
}

function observationsIn({ tasks, groups }: Lock, path: string, isHeld: boolean): LockedObservations {
  const members = new Members(groups)
  const found = (gave: Gave | undefined, key: Key | undefined): LockedObservation | undefined =>
    gave?.observed === undefined || key === undefined
      ? undefined
      : { ...momentOf(gave.observed), key, outputs: gave.outputs }
  return {
    of: ({ label, inside }, key) => {
      const gave = inside === undefined ? tasks[label] : members.find(inside)
      if (gave === undefined || gave === "failed") return undefined
      const locked = found(gave, inside === undefined ? tasks[label]!.key : gave.observed?.key)
      return locked?.key === key ? locked : undefined
    },
    ...{ isHeld, path },
  }
}

/** How many tasks of a run asked, while the lock names an answer of theirs that was not set aside: that goes on counting. */
export const stillPinned = (
  { tasks }: RunSummary,
  locked: LockedObservations | undefined,
  observations: Observations["Type"],
): number =>
  [...tasks].filter(([task, { status, observed, resolution }]) => {
    if (status !== "ran" || observed === undefined || freshnessOf(task.node.stage) !== undefined) return false
    const { key } = resolution!
    const pinned = locked?.of(task, key)
    const isOther = pinned !== undefined && pinned.at !== observed.at
    return isOther && observations.of(key).some(({ at, isForgotten }) => at === pinned.at && !isForgotten)
  }).length
