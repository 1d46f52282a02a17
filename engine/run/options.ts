// What a run is told and what it says at its end, as data.
import type { Limits } from "../declare/policy/limits.ts"
import type { Policies } from "../declare/policy/policy.ts"
import type { KernelsFacts } from "../key/accelerators.ts"
import type { Backend } from "../key/backend.ts"
import type { Decision } from "../key/explain.ts"
import type { NumericsRegistry } from "../key/numerics.ts"
import type { Resolution } from "../key/resolve.ts"
import type { ObservedAt } from "../ledger/observations.ts"
import type { OutputRecords, TaskStatus } from "../ledger/records.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedGroup, PlannedTask } from "../plan/planned.ts"
import type { TaskError } from "../worker/protocol.ts"
import type { LockedObservations } from "./observed/observing.ts"

export interface RunOptions {
  readonly id: string
  /** The project's folder: local files that are inputs are named relative to it. */
  readonly root: string
  /** The folder that logs of attempts are kept in; with none, none are. */
  readonly artifacts?: string | undefined
  readonly jobs: number
  /** Go on with what does not depend on a failed task. */
  readonly keepGoing: boolean
  /** Stages, labels and groups whose tasks run although they are cached. */
  readonly force: ReadonlySet<string>
  /** How tasks are run, before what their stages say themselves: what counts most comes first. */
  readonly policies: ReadonlyArray<Policies>
  /** What they may take together. */
  readonly limits?: Limits
  readonly numerics: NumericsRegistry
  /** What a user chose to compute with, for whoever is told of the run. */
  readonly backend?: Backend | undefined
  /** What is to be told of what computes the same bits faster. */
  readonly kernels?: KernelsFacts | null | undefined
  readonly settings: Readonly<Record<string, string>>
  /** What the lock says was observed. */
  readonly locked?: LockedObservations | undefined
}

/** What became of a task. */
export interface Settled {
  readonly status: TaskStatus
  readonly resolution: Resolution | undefined
  readonly outputs: OutputRecords
  /** Of what was observed, when. */
  readonly observed?: ObservedAt
  /** What it failed with. */
  readonly error?: TaskError
  /** Of what is not needed, the value that says so. */
  readonly decision?: Decision
}

/** `incomplete`: some of what it is made of failed, or was not reached. */
export type GroupStatus = "done" | "incomplete" | "failed" | "skipped" | "not-needed"

/** What became of a group. */
export interface SettledGroup {
  readonly status: GroupStatus
  readonly items: number
  /** What it failed with: its list, or a body. */
  readonly error?: TaskError
}

export type Counts = Readonly<Record<Exclude<TaskStatus, "not-needed"> | "notNeeded", number>>

export interface RunSummary {
  /** The plan with what its groups turned out to be made of, and without what no value chose. */
  readonly plan: Plan
  readonly tasks: ReadonlyMap<PlannedTask, Settled>
  readonly groups: ReadonlyMap<PlannedGroup, SettledGroup>
  /** A group that failed is one of the failed. */
  readonly counts: Counts
}

export function countsOf(settled: Iterable<Settled>, groups: Iterable<SettledGroup>): Counts {
  const counts = { ran: 0, cached: 0, failed: 0, skipped: 0, notNeeded: 0 }
  for (const { status } of settled) counts[status === "not-needed" ? "notNeeded" : status]++
  for (const { status } of groups) if (status === "failed") counts.failed++
  return counts
}
