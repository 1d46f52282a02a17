// The tasks of a run, each in one state: waiting for its upstream, pending, with another pipeline, running, or settled.
// Synchronous bookkeeping over look-ups and claims: it starts nothing and waits for nothing.

import { codeOf, type StageCode } from "../code/stage-code.ts"
import { atOnce, type Steps } from "../content/steps.ts"
import { isInexact } from "../key/exactness.ts"
import type { Reason } from "../key/explain.ts"
import type { FileInputs } from "../key/file-inputs.ts"
import { type Known, type Resolution, resolving } from "../key/resolve.ts"
import type { Claims, Owner } from "../ledger/claims.ts"
import type { TaskRecord, TaskStatus } from "../ledger/records.ts"
import { Frontier } from "../plan/frontier.ts"
import type { Plan } from "../plan/plan.ts"
import {
  isGroup,
  type PlannedGroup,
  type PlannedStep,
  type PlannedTask,
  tasksUpstream,
} from "../plan/planned.ts"
import type { Events } from "../report/events.ts"
import { taskErrorOf } from "../worker/inside/failing/task-error.ts"
import type { TaskError } from "../worker/protocol.ts"
import { errorFacts } from "./authored-error.ts"
import { claimOf } from "./chain.ts"
import { Groups, type Opening } from "./groups.ts"
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
  readonly plan: Plan
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
  readonly #frontier = new Frontier<PlannedStep | Opening>()
  readonly #groups: Groups
  /** All of them, in the order in which they joined. */
  readonly #byNode = new Map<PlannedTask["node"], PlannedTask>()
  readonly #inexact = new Set<PlannedStep>()
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
      opened: (node) => this.#groups.openedOf(node),
      hasOutputs: (node) => isDone(this.#settled.get(this.#byNode.get(node)!)),
    }
    const { plan, emit, expected } = services
    const status = (task: PlannedTask): TaskStatus | undefined => this.#settled.get(task)?.status
    this.#groups = new Groups({ plan, emit, expected, status })
  }

  settled(task: PlannedTask): Settled | undefined {
    return this.#settled.get(task)
  }

  /** The tasks that one takes outputs of. */
  upstream(task: PlannedTask): ReadonlyArray<PlannedTask> {
    return tasksUpstream(task, this.#groups)
  }

  get hasFailed(): boolean {
    return this.#hasFailed
  }

  get isWaitingForOthers(): boolean {
    return this.#elsewhere.length > 0
  }

  /** What is planned joins the run; what waits for nothing is looked up, and all that this settles. As steps, of one task each. */
  *join(): Steps<void> {
    yield* this.#advancing(this.#joined(this.#services.plan.steps))
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
    this.#advance([...this.#settle(task, status, { resolution, ...outcome })])
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
    const { plan, settled } = this.#groups
    for (const step of plan.steps) if (isGroup(step) && !settled.has(step)) this.#settleGroup(step)
    return {
      plan,
      tasks: this.#settled,
      groups: settled,
      counts: countsOf(this.#settled.values(), settled.values()),
    }
  }

  /** @returns what waits for nothing */
  #joined(steps: ReadonlyArray<PlannedStep>): Array<PlannedStep | Opening> {
    return steps.flatMap((step): ReadonlyArray<PlannedStep | Opening> => {
      if (!isGroup(step)) {
        this.#byNode.set(step.node, step)
        this.#noteExactness(step)
        return this.#frontier.add(step, step.upstream) ? [step] : []
      }
      // Items go along with those of the group that theirs are of: all of that need not be done.
      const opening = this.#groups.opening(step)
      const upstream = step.upstream.map((other) => (isGroup(other) ? this.#groups.opening(other) : other))
      return this.#frontier.add(opening, upstream) ? [opening] : []
    })
  }

  #noteExactness(step: PlannedStep, ends?: ReadonlyArray<PlannedTask>): void {
    if (isInexact(step, this.#services.options.numerics, this.#inexact, ends)) this.#inexact.add(step)
  }

  /** Settles what needs no work, and all that this makes ready, without leaving this turn of the event loop. */
  #advance(ready: Array<PlannedStep | Opening>): void {
    atOnce(this.#advancing(ready))
  }

  *#advancing(ready: Array<PlannedStep | Opening>): Steps<void> {
    for (let i = 0; i < ready.length; i++) {
      yield
      for (const next of yield* this.#arrive(ready[i]!)) ready.push(next)
    }
  }

  /** All that a step waits for is settled. @returns what its own settling makes ready */
  *#arrive(step: PlannedStep | Opening): Steps<ReadonlyArray<PlannedStep | Opening>> {
    if (!("_tag" in step)) return yield* this.#look(step)
    return step._tag === "Opening" ? yield* this.#open(step) : this.#settleGroup(step)
  }

  /** The list of a group is known, if anything gave it. */
  *#open(opening: Opening): Steps<ReadonlyArray<PlannedStep | Opening>> {
    const { group } = opening
    const isListed = group.upstream.every((other) =>
      isGroup(other) ? this.#groups.isOpen(other) : isDone(this.#settled.get(other)),
    )
    const opened = isListed ? yield* this.#groups.open(group, this.#known) : undefined
    if (opened === undefined || "tag" in opened)
      return [...this.#settleGroup(group, opened), ...this.#frontier.settle(opening)]
    const isFresh = opened.steps.some((step) => !isGroup(step) && !this.#byNode.has(step.node))
    const ready = isFresh ? this.#joined(opened.steps) : []
    this.#noteExactness(group, opened.ends)
    if (this.#frontier.add(group, opened.ends)) ready.push(group)
    return [...ready, ...this.#frontier.settle(opening)]
  }

  #settleGroup(group: PlannedGroup, error?: TaskError): ReadonlyArray<PlannedStep | Opening> {
    const { status, items } = this.#groups.settle(group, error)
    this.#hasFailed ||= status === "failed"
    this.#services.emit({
      event: "group-finished",
      group: group.label,
      status,
      items,
      ...(error === undefined ? {} : { error: errorFacts(error) }),
    })
    return this.#frontier.settle(group)
  }

  /** @returns what the task makes ready by being settled already */
  *#look(task: PlannedTask): Steps<ReadonlyArray<PlannedStep | Opening>> {
    const { options, lookUp, emit } = this.#services
    const isBlocked = task.upstream.some((other) =>
      isGroup(other) ? this.#groups.blocks(other, task) : !isDone(this.#settled.get(other)),
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
      return yield* resolving(task, codeOf(task, this.#services.codes), this.#known)
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
    if (found.isHit) this.#advance([...this.#settle(task, "cached", { resolution, outputs: found.outputs })])
    return found.isHit
  }

  /** @returns what this makes ready */
  #settle(task: PlannedTask, status: TaskStatus, outcome: Outcome): ReadonlyArray<PlannedStep | Opening> {
    const { emit } = this.#services
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
    return this.#frontier.settle(task)
  }
}

const isDone = (settled: Settled | undefined): boolean =>
  settled?.status === "ran" || settled?.status === "cached"
