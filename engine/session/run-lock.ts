// What a run has to do with the lock file: held to it before, compared with it after, or renewing it.
import * as Effect from "effect/Effect"
import type { StageCode } from "../code/stage-code.ts"
import type { Digest } from "../content/digest.ts"
import { inexactNames, inexactTasks } from "../key/exactness.ts"
import { recordingFiles } from "../key/file-records.ts"
import { foldersIn, smallContents } from "../key/small-contents.ts"
import { Links } from "../ledger/links.ts"
import { Observations, type ObservedAt } from "../ledger/observations.ts"
import { Results } from "../ledger/results.ts"
import { type Quotations, quotations, resultDifferences } from "../lock/compare-locks.ts"
import { checkCurrent } from "../lock/current.ts"
import type { Gave } from "../lock/lines.ts"
import { type Lock, LockError, lockPath, readingLock, writingLock } from "../lock/lock-file.ts"
import { besideIn, lockOf, sameTexts, withKept } from "../lock/lock-of.ts"
import { observedElsewhere } from "../lock/observed-elsewhere.ts"
import { foldersOf, withPathLines } from "../lock/path-lines.ts"
import type { Plan } from "../plan/plan.ts"
import { isGroup, isOutermost, type PlannedGroup, type PlannedTask } from "../plan/planned.ts"
import type { Difference } from "../report/differences.ts"
import { Events } from "../report/events.ts"
import { counted } from "../report/readers/counted.ts"
import { differenceLines } from "../report/readers/differences.ts"
import type { RunSummary, Settled } from "../run/options.ts"
import { inTurns } from "../run/turns.ts"
import { Store } from "../store/store.ts"
import { expectedInTurns } from "./expected.ts"
import { orCorruptInTurns } from "./healing.ts"
import { missingLocked } from "./locked-inputs.ts"
import type { Place } from "./place.ts"

/** What a run has to do with the lock file: nothing, be compared with it, be held to it, or renew it. */
export type LockMode = "none" | "compare" | "hold" | "renew"

/** Verification found a difference: exit 3, already reported. */
export class Differs extends Error {
  readonly _tag = "Differs"
  readonly differences: number
  constructor(differences: number, message = counted(differences, "difference")) {
    super(message)
    this.differences = differences
  }
}

export const missingLock = (place: Pick<Place, "root">, experiment: string): LockError =>
  new LockError(
    `${lockPath(place.root, experiment)} does not exist: make it with --exp ${experiment} --update-lock`,
  )

/** The lock that a run is compared with, if it is; fails with LockError for one that cannot be read, or for what no lock can hold. */
export const lockFor = Effect.fn("lockFor")(function* (place: Place, plan: Plan, mode: LockMode) {
  const read =
    mode === "none"
      ? Effect.succeed(undefined)
      : expectedInTurns(() => readingLock(place.root, plan.experiment))
  // One that is renewed may be past reading, such as after a merge.
  const lock = yield* mode === "renew" ? Effect.orElseSucceed(read, () => undefined) : read
  const [inexact] = mode === "hold" || mode === "renew" ? inexactTasks(plan, place.numerics) : []
  if (inexact === undefined) return lock
  return yield* Effect.fail(
    new LockError(
      `${inexact.label} computes with ${inexactNames(place.numerics)}, which is not bit-exact: no lock holds such results; leave out --locked and --update-lock`,
    ),
  )
})

/** Refuses to start without what other experiments' lock files pin: nothing upstream of it runs here. */
export const holdLocked = Effect.fn("holdLocked")(function* (tasks: Plan["tasks"]) {
  const { emit } = yield* Events
  const missing = missingLocked(yield* Store, tasks)
  for (const difference of missing) emit({ event: "difference", difference })
  if (missing.length === 0) return
  const message = missing
    .flatMap(differenceLines)
    .map((line) => line.trim())
    .join("; ")
  return yield* Effect.fail(new Differs(missing.length, message))
})

/** Refuses to start when today's keys are not the lock's. */
export const holdCurrent = Effect.fn("holdCurrent")(function* (
  place: Place,
  plan: Plan,
  codes: ReadonlyMap<string, StageCode>,
  lock: Lock | undefined,
) {
  const { emit } = yield* Events
  if (lock === undefined) return yield* Effect.fail(missingLock(place, plan.experiment))
  const files = yield* expectedInTurns(() => recordingFiles(place.root, plan.files))
  const { numerics } = place
  const store = yield* Store
  const contents = (digest: Digest): Uint8Array => store.read(digest)
  const today = { plan, codes, files, numerics, contents, requests: yield* Observations }
  const { differences } = yield* expectedInTurns(function* () {
    const current = yield* checkCurrent(lock, today)
    return { differences: [...current.differences, ...observedElsewhere(current, store)] }
  })
  for (const difference of differences) emit({ event: "difference", difference })
  if (differences.length > 0) return yield* Effect.fail(new Differs(differences.length))
})

/** Whether tasks of groups failed, and whatever takes these groups does with less: all else succeeded. */
export function isIncomplete({ plan, tasks, groups, counts }: RunSummary): boolean {
  const isDone = (task: PlannedTask): boolean => ["ran", "cached"].includes(tasks.get(task)!.status)
  const isOpen = (group: PlannedGroup): boolean =>
    !isOutermost(group) || groups.get(group)?.status !== "failed"
  return (
    counts.failed > 0 &&
    plan.tasks.every((task) => task.inside !== undefined || isDone(task)) &&
    plan.steps.every((step) => !isGroup(step) || isOpen(step))
  )
}

/** After a run in which every task succeeded, or only tasks of groups did not. @returns how many differences stand against the lock as it is now */
export const compareWithLock = Effect.fn("compareWithLock")(function* (
  place: Place,
  plan: Plan,
  { tasks }: RunSummary,
  mode: LockMode,
  lock: Lock | undefined,
) {
  if (mode === "none" || (mode === "compare" && lock === undefined)) return 0
  if (inexactTasks(plan, place.numerics).size > 0) return 0 // nothing to compare: a lock holds bit-exact results only
  const { emit } = yield* Events
  const store = yield* Store
  const read = smallContents(store)
  const files = yield* expectedInTurns(() => recordingFiles(place.root, plan.files))
  const beside = besideIn(yield* Results, yield* Links)
  const [found, differences] = yield* orCorruptInTurns(function* () {
    const quoted = lock === undefined ? nothingQuoted : yield* quotations(lock)
    const found = yield* lockOf(plan, {
      resolution: (task) => tasks.get(task)!.resolution,
      outputs: (task) => tasks.get(task)!.outputs,
      beside: (task, resolution) => ({ ...beside(task, resolution), ...observedIn(task, tasks.get(task)!) }),
      content: (digest) => quoted.right.get(digest) ?? read(digest),
      folder: foldersIn(store),
      files,
    })
    if (lock === undefined) return [found, []] as const
    const folders = foldersOf(place.root, place.artifacts)
    const results = yield* withPathLines(yield* resultDifferences(lock, found), folders, store.path)
    return [found, mode === "renew" ? results : [...results, ...quoted.differences]] as const
  })
  const told = (status: "same" | "differs" | "written" | "created"): void =>
    emit({
      event: "lock",
      path: lockPath(place.root, plan.experiment),
      status,
      differences: differences.length,
    })
  const keyOf = (task: PlannedTask) => tasks.get(task)!.resolution?.key
  if (mode === "renew") {
    const isWritten = yield* inTurns(function* () {
      return yield* writingLock(
        place.root,
        lock === undefined ? found : yield* withKept(found, lock, plan, keyOf),
      )
    })
    told(lock === undefined ? "created" : isWritten ? "written" : "same")
    return 0
  }
  for (const difference of mode === "hold" ? differences : differences.filter(isNoEdit))
    emit({ event: "difference", difference })
  const isNew = lock === undefined || differences.length > 0 || !sameKeys(lock, found)
  told(isNew ? "differs" : "same")
  return differences.length
})

/** When what a task gave was observed; of one in a group with its key, which stands nowhere else. */
const observedIn = ({ inside }: PlannedTask, { observed, resolution }: Settled): Pick<Gave, "observed"> =>
  observed === undefined
    ? {}
    : { observed: { ...lockedMoment(observed), ...(inside === undefined ? {} : { key: resolution!.key }) } }

/** When its probe gave the same last is no lock's: it would change with each run. */
const lockedMoment = ({ at, nth, probe }: ObservedAt): ObservedAt => ({ at, nth, ...(probe && { probe }) })

const nothingQuoted: Quotations = { right: new Map(), differences: [] }

/** Whether a difference is not what an edit of code or params brings about: the lock was edited, or a result holds a path. */
const isNoEdit = (difference: Difference): boolean =>
  difference.what === "content" || (difference.what === "output" && difference.details.length > 0)

/** Outputs may be the same while keys have moved, after an edit that changed no bit. */
const sameKeys = (lock: Lock, found: Lock): boolean =>
  Object.keys(found.tasks).every((label) => lock.tasks[label]?.key === found.tasks[label]!.key) &&
  Object.keys(found.groups).every((name) =>
    sameTexts(lock.groups[name]?.keys ?? {}, found.groups[name]!.keys),
  )
