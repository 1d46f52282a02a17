// What a run has to do with the lock file: held to it before, compared with it after, or renewing it.
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { Codebase } from "../code/stage-code.ts"
import { valueReader } from "../key/bound-values.ts"
import { inexactTasks } from "../key/exactness.ts"
import { fileRecords } from "../key/file-inputs.ts"
import { Ledger } from "../ledger/ledger.ts"
import { type Difference, resultDifferences } from "../lock/compare.ts"
import { checkCurrent } from "../lock/current.ts"
import { type Lock, LockError, lockOf, lockPath, writeLock } from "../lock/lock-file.ts"
import type { Plan } from "../plan/plan.ts"
import { Events } from "../report/events.ts"
import { type RunSummary, stageCodes } from "../run/runner.ts"
import type { LockMode, Place } from "./session.ts"

/** Verification found a difference: exit 3, already reported. */
export class Differs extends Data.TaggedError("Differs")<{ readonly differences: number }> {}

/** Refuses to start when today's keys are not the lock's. */
export const holdCurrent = Effect.fn("holdCurrent")(function* (
  place: Place,
  plan: Plan,
  codebase: Codebase,
  lock: Lock | undefined,
) {
  const { emit } = yield* Events
  if (lock === undefined) return yield* Effect.fail(missingLock(place, plan.experiment))
  const codes = yield* stageCodes(plan, codebase)
  const files = yield* fileRecords(place.root, plan.files)
  const { differences } = checkCurrent(
    plan,
    lock,
    codes,
    (file) => files.get(file.path)!.digest,
    place.numerics,
  )
  for (const difference of differences) emit({ event: "difference", difference })
  if (differences.length > 0) return yield* new Differs({ differences: differences.length })
})

export const missingLock = (place: Pick<Place, "root">, experiment: string): LockError =>
  new LockError(
    `${lockPath(place.root, experiment)} does not exist: make it with --exp ${experiment} --update-lock`,
  )

/** What is not bit-exact enters no lock, and can be held to none. */
export const unlockable = (task: string, numerics: string): LockError =>
  new LockError(
    `${task} computes with ${numerics}, which is not bit-exact: no lock holds such results; leave out --locked and --update-lock`,
  )

/** After a run in which every task succeeded. @returns how many differences stand against the lock as it is now */
export const compareWithLock = Effect.fn("compareWithLock")(function* (
  place: Place,
  plan: Plan,
  { tasks }: RunSummary,
  mode: LockMode,
  lock: Lock | undefined,
) {
  if (mode === "none" || (mode === "compare" && lock === undefined)) return 0
  const ledger = yield* Ledger
  const { emit } = yield* Events
  const value = yield* valueReader
  const files = yield* fileRecords(place.root, plan.files)
  if (inexactTasks(plan, place.numerics).size > 0) return 0 // nothing to compare: a lock holds bit-exact results only
  const found = lockOf(
    plan,
    (task) => tasks.get(task)!.resolution!,
    (task) => tasks.get(task)!.outputs,
    (key) => ledger.result(key)?.states ?? null,
    value,
    (path) => files.get(path)!.digest,
  )
  const differences: ReadonlyArray<Difference> = lock === undefined ? [] : resultDifferences(lock, found)
  const isNew = lock === undefined || differences.length > 0 || !sameKeys(lock, found)
  if (mode === "renew") {
    const isWritten = writeLock(place.root, found)
    emit({
      event: "lock",
      path: lockPath(place.root, plan.experiment),
      status: lock === undefined ? "created" : isWritten ? "written" : "same",
      differences: differences.length,
    })
    return 0
  }
  if (mode === "hold") for (const difference of differences) emit({ event: "difference", difference })
  emit({
    event: "lock",
    path: lockPath(place.root, plan.experiment),
    status: isNew ? "differs" : "same",
    differences: differences.length,
  })
  return differences.length
})

/** Outputs may be the same while keys have moved, after an edit that changed no bit. */
const sameKeys = (lock: Lock, found: Lock): boolean =>
  Object.keys(found.tasks).every((label) => lock.tasks[label]?.key === found.tasks[label]!.key)
