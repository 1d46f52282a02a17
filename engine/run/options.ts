// What a run is told and what it says at its end, as data.
import type { Policies } from "../declare/policy.ts"
import type { KernelsFacts } from "../key/accelerators.ts"
import type { Backend } from "../key/backend.ts"
import type { NumericsRegistry } from "../key/numerics.ts"
import type { Resolution } from "../key/resolve.ts"
import type { OutputRecords, TaskStatus } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/plan.ts"
import type { TaskError } from "../worker/protocol.ts"

export interface RunOptions {
  readonly id: string
  /** The project's folder: local files that are inputs are named relative to it. */
  readonly root: string
  /** The folder that logs of attempts are kept in; with none, none are. */
  readonly artifacts?: string | undefined
  readonly jobs: number
  /** Go on with what does not depend on a failed task. */
  readonly keepGoing: boolean
  /** Stages whose tasks run although they are cached. */
  readonly force: ReadonlySet<string>
  /** How tasks are run, before what their stages say themselves: what counts most comes first. */
  readonly policies: ReadonlyArray<Policies>
  readonly numerics: NumericsRegistry
  /** What a user chose to compute with, for whoever is told of the run. */
  readonly backend?: Backend | undefined
  /** What is to be told of what computes the same bits faster. */
  readonly kernels?: KernelsFacts | null | undefined
  readonly settings: Readonly<Record<string, string>>
  /**
   * Tasks that join the run once a task has given its outputs, such as one for each item of a list. Their upstream is settled or
   * joins with them, their stages are among the codes, their labels are new. The runner, the ledger and events know them; the
   * display's time left, pages and lock files show what was planned at the start.
   */
  readonly grow?: (task: PlannedTask, outputs: OutputRecords) => ReadonlyArray<PlannedTask>
}

/** What became of a task. */
export interface Settled {
  readonly status: TaskStatus
  readonly resolution: Resolution | undefined
  readonly outputs: OutputRecords
  /** What it failed with. */
  readonly error?: TaskError
}

export type Counts = Readonly<Record<TaskStatus, number>>

export interface RunSummary {
  readonly tasks: ReadonlyMap<PlannedTask, Settled>
  readonly counts: Counts
}

export function countsOf(settled: Iterable<Settled>): Counts {
  const counts = { ran: 0, cached: 0, failed: 0, skipped: 0 }
  for (const { status } of settled) counts[status]++
  return counts
}
