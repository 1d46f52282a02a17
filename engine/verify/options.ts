// What recomputing is told: what is to be compared, and with what tasks run. Types only.
import type { LinkMetricsRecord } from "../content/link-metrics.ts"
import type { Resolution } from "../key/resolve.ts"
import type { Lines } from "../lock/compare-locks.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Capacity } from "../run/capacity/admitted.ts"

export interface RecomputeOptions {
  readonly plan: Plan
  readonly lines: Lines
  readonly resolutions: ReadonlyMap<PlannedTask, Resolution>
  readonly root: string
  readonly artifacts: string
  readonly settings: Readonly<Record<string, string>>
  /** Of the machine: what is computed again takes what it takes in a run. */
  readonly capacity: Capacity
  /** What a link of a chain recorded, as a ledger has it: the lock holds only the digest. */
  readonly metricsOf: (task: PlannedTask, link: number) => LinkMetricsRecord | undefined
  /** Seconds after which nothing more is done; what is not done then counts as not chosen. */
  readonly budget?: number | undefined
  /** The program that writes down what programs open, where that is asked. */
  readonly tracer?: string | undefined
  /** Compares two artifacts of a kind, in lines: "conv1/kernel: 3 of 150 differ, by 1e-7 at most". */
  readonly compare: (kind: string, locked: Uint8Array, found: Uint8Array) => ReadonlyArray<string>
}
