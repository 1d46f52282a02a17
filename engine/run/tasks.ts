// The tasks of a run, each in one state: waiting for its upstream, pending, with another pipeline, running, or settled.
// Synchronous bookkeeping over look-ups and claims: it starts nothing and waits for nothing.

import type { StageCode } from "../code/stage-code.ts"
import { atOnce, type Steps } from "../content/steps.ts"
import { fullName } from "../declare/task.ts"
import { isInexact } from "../key/exactness.ts"
import type { Reason } from "../key/explain.ts"
import type { FileInputs } from "../key/file-inputs.ts"
import { type Known, type Resolution, resolving } from "../key/resolve.ts"
import type { Claims, Owner } from "../ledger/claims.ts"
import type { TaskRecord, TaskStatus } from "../ledger/records.ts"
import { Frontier } from "../plan/frontier.ts"
import type { PlannedTask } from "../plan/plan.ts"
import type { Events } from "../report/events.ts"
import { taskErrorOf } from "../worker/inside/failing/task-error.ts"
import type { TaskError } from "../worker/protocol.ts"
import { errorFacts } from "./authored-error.ts"
import { claimOf } from "./chain.ts"
import type { LookUp } from "./look-up.ts"
import { countsOf, type RunOptions, type RunSummary, type Settled } from "./options.ts"
import { LongestFirst } from "./queue.ts"
import { type Where, whereOf } from "./where.ts"

/** A task that is no hit: it waits for a place to run, or runs. */
export interface Pending {
  readonly task: PlannedTask
  readonly resolution: Resolution
  /** Told when it starts. */
  readonly why: () => ReadonlyArray<Reason>
}

/** What the tasks of a run are looked up and told with. */
export interface TasksServices {
  readonly options: RunOptions
  readonly codes: ReadonlyMap<string, StageCode>
  readonly files: FileInputs
  readonly value: Known["value"]
  readonly lookUp: LookUp
  readonly claims: Claims["Type"]
  readonly emit: Events["Type"]["emit"]
  readonly expected: (task: PlannedTask) => number | undefined
}

/** Tasks of which the history is told in one transaction. */
const recordedAtOnce = 2_000

interface Outcome {
  readonly resolution?: Resolution
  readonly outputs?: Settled["outputs"]
  readonly seconds?: number
  readonly error?: TaskError
}

export class Tasks {
  readonly #services: TasksServices
  readonly #known: Known
  readonly #frontier = new Frontier()
  /** All of them, in the order in which they joined. */
  readonly #byNode = new Map<PlannedTask["node"], PlannedTask>()
  readonly #inexact = new Set<PlannedTask>()
  readonly #pending: Readonly<Record<Where, LongestFirst<Pending>>> = {
    here: new LongestFirst(),
    "in a worker": new LongestFirst(),
  }
  /** What another pipeline is at, or another task of this one that shares its key or chain. */
  #elsewhere: Array<Pending> = []
  /** Whom each of them waits for, as far as that has been told. */
  readonly #waitsFor = new Map<PlannedTask, string>()
  readonly #settled = new Map<PlannedTask, Settled>()
  readonly #unrecorded: Array<TaskRecord> = []
  #hasFailed = false

  constructor(services: TasksServices) {
    this.#services = services
    this.#known = {
      outputs: (node) => this.#settled.get(this.#byNode.get(node)!)!.outputs,
      file: services.files.record,
      value: services.value,
      numerics: services.options.numerics,
    }
  }

  settled(task: PlannedTask): Settled | undefined {
    return this.#settled.get(task)
  }

  get hasFailed(): boolean {
    return this.#hasFailed
  }

  get isWaitingForOthers(): boolean {
    return this.#elsewhere.length > 0
  }

  /** Tasks join the run; those that wait for nothing are looked up, and all that they settle. As steps, of one task each. */
  *join(tasks: ReadonlyArray<PlannedTask>): Steps<void> {
    yield* this.#advancing([...this.#joined(tasks)])
  }

  isPending(where: Where): boolean {
    return !this.#pending[where].isEmpty
  }

  /** A pending task that this run may do now: it is claimed. Undefined when none is left that is not with another pipeline. */
  claimNext(where: Where): Pending | undefined {
    const { claims, options } = this.#services
    const pending = this.#pending[where]
    for (let next = pending.take(); next !== undefined; next = pending.take()) {
      const claim = claimOf(next.task, next.resolution)
      if (!claims.claim(claim, options.id)) {
        this.#elsewhere.push(next)
        this.#tellWhoIsAtIt(next.task, claims.holder(claim))
        continue
      }
      this.#waitsFor.delete(next.task)
      // It may have been finished elsewhere since it was looked up.
      if (options.force.has(next.task.stage) || !this.#settleIfHit(next)) return next
      claims.release(claim, options.id)
    }
    return undefined
  }

  release({ task, resolution }: Pending): void {
    this.#services.claims.release(claimOf(task, resolution), this.#services.options.id)
  }

  /** Whether a task that runs is still this run's to do: while it slept, another may have done it, or be at it. */
  isOurs({ task, resolution }: Pending): boolean {
    const { claims, lookUp, options } = this.#services
    const isHeld = claims.holder(claimOf(task, resolution))?.run === options.id
    return isHeld && !lookUp.find(task, resolution, options.force.has(task.stage)).isHit
  }

  /** A task that ran is another's now: it is waited for like any that another is at. */
  giveUp(pending: Pending): void {
    this.#elsewhere.push(pending)
    this.lookElsewhere()
  }

  /** A task has run, or failed for good. */
  finish({ task, resolution }: Pending, status: "ran" | "failed", outcome: Outcome): void {
    this.#advance(this.#settle(task, status, { resolution, ...outcome }))
    this.lookElsewhere()
  }

  /** What other pipelines finished is a hit now; what their death left is pending again. */
  lookElsewhere(): void {
    const elsewhere = this.#elsewhere
    this.#elsewhere = []
    for (const each of elsewhere) if (!this.#settleIfHit(each)) this.#wait(each)
  }

  /** What became of tasks, for the history: of as many as take little time to write down, each told once. */
  takeUnrecorded(): ReadonlyArray<TaskRecord> {
    return this.#unrecorded.splice(0, recordedAtOnce)
  }

  /** Whatever has not been settled was not reached. */
  end(): RunSummary {
    for (const task of this.#byNode.values()) if (!this.#settled.has(task)) this.#settle(task, "skipped", {})
    return { tasks: this.#settled, counts: countsOf(this.#settled.values()) }
  }

  #joined(tasks: ReadonlyArray<PlannedTask>): ReadonlyArray<PlannedTask> {
    for (const task of tasks) {
      this.#byNode.set(task.node, task)
      if (isInexact(task, this.#services.options.numerics, this.#inexact)) this.#inexact.add(task)
    }
    return this.#frontier.add(tasks)
  }

  /** Settles what needs no work, and all that this makes ready, without leaving this turn of the event loop. */
  #advance(ready: Array<PlannedTask>): void {
    atOnce(this.#advancing(ready))
  }

  *#advancing(ready: Array<PlannedTask>): Steps<void> {
    for (let i = 0; i < ready.length; i++) {
      yield
      for (const next of yield* this.#arrive(ready[i]!)) ready.push(next)
    }
  }

  /** All upstream of a task is settled. @returns what its own settling made ready */
  *#arrive(task: PlannedTask): Steps<Array<PlannedTask>> {
    const { options, lookUp, emit } = this.#services
    const isBlocked = task.upstream.some((other) =>
      ["failed", "skipped"].includes(this.#settled.get(other)!.status),
    )
    if (isBlocked) return this.#settle(task, "skipped", {})
    const resolution = yield* this.#resolved(task)
    if ("tag" in resolution) return this.#settle(task, "failed", { error: resolution })
    const found = lookUp.find(task, resolution, options.force.has(task.stage))
    if (found.isHit) return this.#settle(task, "cached", { resolution, outputs: found.outputs })
    if (found.corrupt !== undefined)
      emit({ event: "artifact-quarantined", task: task.label, digest: found.corrupt })
    this.#wait({ task, resolution, why: found.why })
    return []
  }

  /** What fails here is what upstream gave, or a file that is gone: declarations were checked before anything ran. */
  *#resolved(task: PlannedTask): Steps<Resolution | TaskError> {
    try {
      return yield* resolving(task, this.#services.codes.get(fullName(task.node.stage))!, this.#known)
    } catch (failure) {
      const { tag, message } = taskErrorOf(failure)
      return { tag, message }
    }
  }

  /** Once for each that is waited for, not each time that it is looked. What this run is at itself is seen anyway. */
  #tellWhoIsAtIt(task: PlannedTask, holder: Owner | undefined): void {
    const { options, emit } = this.#services
    if (holder === undefined || holder.run === options.id || this.#waitsFor.get(task) === holder.run) return
    this.#waitsFor.set(task, holder.run)
    const { run, pid, host, started } = holder
    const since = new Date(started).toISOString()
    emit({ event: "waiting", task: task.label, stage: task.stage, for: { run, pid, host, since } })
  }

  #wait(pending: Pending): void {
    const { task, resolution } = pending
    this.#pending[whereOf(task, resolution)].add(pending, this.#services.expected(task))
  }

  #settleIfHit({ task, resolution }: Pending): boolean {
    const { lookUp, options } = this.#services
    const found = lookUp.find(task, resolution, options.force.has(task.stage))
    if (found.isHit) this.#advance(this.#settle(task, "cached", { resolution, outputs: found.outputs }))
    return found.isHit
  }

  /** @returns the tasks that this makes ready, those that join because of it among them */
  #settle(task: PlannedTask, status: TaskStatus, outcome: Outcome): Array<PlannedTask> {
    const { options, emit } = this.#services
    const { resolution, outputs = {}, seconds = 0, error } = outcome
    const key = resolution?.key ?? null
    this.#settled.set(task, { status, resolution, outputs, ...(error && { error }) })
    this.#hasFailed ||= status === "failed"
    const { label, stage } = task
    this.#unrecorded.push({ label, stage, key, status, exact: !this.#inexact.has(task) })
    emit({
      event: "task-finished",
      task: label,
      stage,
      status,
      key,
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, { digest }]) => [name, digest])),
      seconds,
      ...(error === undefined ? {} : { error: errorFacts(error) }),
    })
    const ready = [...this.#frontier.settle(task)]
    const grows = options.grow !== undefined && (status === "ran" || status === "cached")
    return grows ? [...ready, ...this.#joined(options.grow!(task, outputs))] : ready
  }
}
