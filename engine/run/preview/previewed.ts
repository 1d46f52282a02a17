// What a run would do with each task and group of a plan, as data; how it was found is another matter.
import type { Key } from "../../content/digest.ts"
import type { Reason } from "../../key/explain.ts"
import type { OutputRecords } from "../../ledger/records.ts"
import type { Plan } from "../../plan/plan.ts"
import type { PlannedGroup, PlannedTask } from "../../plan/planned.ts"
import type { Decide } from "../../plan/taken.ts"
import type { AboutObservation } from "../observed/observing.ts"

export class Preview {
  readonly task: PlannedTask
  readonly status: "cached" | "will-run" | "undecided" | "not-needed"
  readonly key: Key | null
  /** Tasks that will run and whose outputs decide whether this one does, or is needed: see `Deciders`. */
  readonly waitsFor: ReadonlyArray<PlannedTask>
  /** Its outputs, when it is cached. */
  readonly outputs: OutputRecords
  /** Seconds that it may take, when earlier attempts tell. */
  readonly expected: number | undefined
  /** Of one that is cached and was observed. */
  readonly observed: AboutObservation | undefined
  readonly #find: () => ReadonlyArray<Reason>
  #why: ReadonlyArray<Reason> | undefined

  constructor(
    {
      task,
      status,
      key,
      waitsFor,
      outputs,
      expected,
      observed,
    }: Omit<Preview, "why" | "observed"> & Partial<Pick<Preview, "observed">>,
    find: () => ReadonlyArray<Reason>,
  ) {
    this.task = task
    this.status = status
    this.key = key
    this.waitsFor = waitsFor
    this.outputs = outputs
    this.expected = expected
    this.observed = observed
    this.#find = find
  }

  /** Why it will run; for a cached task, why it ran when it did. Found when it is asked for first. */
  get why(): ReadonlyArray<Reason> {
    this.#why ??= this.#find()
    return this.#why
  }
}

/** What a run would do with a group. */
export interface GroupPreview {
  readonly group: PlannedGroup
  /** How many items it has; undefined while its list is not known. */
  readonly items: number | undefined
  /** Tasks that will run and whose outputs decide what it is made of. */
  readonly waitsFor: ReadonlyArray<PlannedTask>
  /** Why it will fail, if its list is known and cannot be. */
  readonly refused: Reason | undefined
}

export interface Previews {
  readonly tasks: ReadonlyArray<Preview>
  readonly groups: ReadonlyArray<GroupPreview>
  /** The plan with what groups are made of, as far as their lists are known. */
  readonly plan: Plan
  /** What choices come to, where that is known for certain. */
  readonly decide: Decide
}
