// What is told of a task once it is settled: the event, and what of its outcome is kept. Pure.
import type { Decision } from "../key/explain.ts"
import type { Resolution } from "../key/resolve.ts"
import type { ObservedAt } from "../ledger/observations.ts"
import type { TaskStatus } from "../ledger/records.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { EventOf } from "../report/events.ts"
import type { TaskError } from "../worker/protocol.ts"
import { errorFacts } from "./authored-error.ts"
import type { Settled } from "./options.ts"

/** How a task ended, as far as there is something to say. */
export interface Outcome {
  readonly resolution?: Resolution
  readonly outputs?: Settled["outputs"]
  readonly seconds?: number
  readonly error?: TaskError
  readonly decision?: Decision | undefined
  readonly observed?: ObservedAt | undefined
}

export const settledAs = (
  status: TaskStatus,
  { resolution, outputs = {}, error, decision, observed }: Outcome,
): Settled => ({
  ...{ status, resolution, outputs },
  ...(error && { error }),
  ...(decision && { decision }),
  ...(observed && { observed }),
})

const toldMoment = ({ at, nth, probed }: ObservedAt): ObservedAt => ({
  ...{ at, nth },
  ...(probed && { probed }),
})

/** The lock's is not here: another counts. */
export const insteadEvent = (
  { label, stage }: PlannedTask,
  locked: ObservedAt,
  counts: ObservedAt,
): EventOf<"observed-elsewhere"> => ({
  ...{ event: "observed-elsewhere", task: label, stage },
  ...{ locked: toldMoment(locked), counts: toldMoment(counts) },
})

export const finishedEvent = (
  { label, stage }: PlannedTask,
  status: TaskStatus,
  { resolution, outputs = {}, seconds = 0, error, decision, observed }: Outcome,
): EventOf<"task-finished"> => ({
  event: "task-finished",
  task: label,
  stage,
  status,
  key: resolution?.key ?? null,
  outputs: Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest])),
  seconds,
  ...(observed && { observed: toldMoment(observed) }),
  ...(error && { error: errorFacts(error) }),
  ...(decision && { decision }),
})
