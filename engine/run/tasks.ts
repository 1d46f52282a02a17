// The tasks of a run, each in one state: waiting for its upstream, pending, with another pipeline, running, or settled.
// Synchronous bookkeeping over look-ups and claims: it starts nothing and waits for nothing.

import * as Exit from "effect/Exit"
import { codeOf, type StageCode } from "../code/stage-code.ts"
import { atOnce, type Steps } from "../content/steps.ts"
import type { ChoiceNode } from "../declare/task.ts"
import { isInexact } from "../key/exactness.ts"
import type { FileInputs } from "../key/file-inputs.ts"
import type { Known } from "../key/known.ts"
import { type Resolution, resolving } from "../key/resolve.ts"
import type { TaskRecord, TaskStatus } from "../ledger/records.ts"
import { isNamed } from "../plan/named.ts"
import { decidedPlan, hasChoices } from "../plan/needed.ts"
import type { Plan } from "../plan/plan.ts"
import {
  isGroup,
  type PlannedGroup,
  type PlannedStep,
  type PlannedTask,
  tasksUpstream,
} from "../plan/planned.ts"
import { guardedCommands } from "../worker/guarded-bodies.ts"
import { taskErrorOf } from "../worker/inside/failing/task-error.ts"
import type { TaskError } from "../worker/protocol.ts"
import { errorFacts } from "./authored-error.ts"
import { whereOf } from "./capacity/where.ts"
import { Choices } from "./choices.ts"
import { Groups, type Opening } from "./groups.ts"
import { type Item, Joining } from "./joining.ts"
import type { Found } from "./look-up.ts"
import { goneMeanwhile } from "./observed/observing.ts"
import { countsOf, type RunSummary, type Settled } from "./options.ts"
import { type Pending, type PendingServices, PendingTasks } from "./pending.ts"
import { finishedEvent, insteadEvent, type Outcome, settledAs } from "./told.ts"

/** What the tasks of a run are looked up and told with. */
export interface TasksServices extends PendingServices {
  readonly plan: Plan
  readonly codes: ReadonlyMap<string, StageCode>
  readonly files: FileInputs
  readonly value: Known["value"]
  readonly folder: Known["folder"]
  readonly keyed: NonNullable<Known["keyed"]>
}

/** Tasks of which the history is told in one transaction. */
const recordedAtOnce = 2_000

type Hit = Extract<Found, { readonly isHit: true }>

export class Tasks {
  readonly #services: TasksServices
  readonly #known: Known
  readonly #joining: Joining
  readonly #groups: Groups
  readonly #choices: Choices
  /** Whether some of what is planned is needed only where a value says so. */
  #isChoosing: boolean
  /** All of them, in the order in which they joined. */
  readonly #byNode = new Map<PlannedTask["node"], PlannedTask>()
  readonly #inexact = new Set<PlannedStep>()
  /** What is no hit. */
  readonly pending: PendingTasks
  /** Whether all that was planned is known to find room. */
  #hasBegun = false
  readonly #settled = new Map<PlannedTask, Settled>()
  readonly #unrecorded: Array<TaskRecord> = []
  #hasFailed = false

  constructor(services: TasksServices) {
    this.#services = services
    this.#known = {
      outputs: (node) => this.#settled.get(this.#byNode.get(node)!)!.outputs,
      file: services.files.record,
      value: services.value,
      folder: services.folder,
      keyed: services.keyed,
      numerics: services.options.numerics,
      command: guardedCommands(services.plan.bundle),
      opened: (node) => this.#groups.openedOf(node),
      hasOutputs: (node) => isDone(this.#settled.get(this.#byNode.get(node)!)),
      label: (node) => this.#byNode.get(node)!.label,
    }
    const { plan, emit, expected } = services
    const status = (task: PlannedTask): TaskStatus | undefined => this.#settled.get(task)?.status
    this.#groups = new Groups({ plan, emit, expected, status })
    this.pending = new PendingTasks(services, (pending) => this.#settleIfHit(pending))
    const { task, group } = this.#groups
    this.#choices = new Choices({ task, group, known: this.#known, isDone: this.#known.hasOutputs })
    this.#isChoosing = hasChoices(plan)
    const note = (task: PlannedTask): void => {
      this.#byNode.set(task.node, task)
      this.#noteExactness(task)
    }
    this.#joining = new Joining({ groups: this.#groups, choices: this.#choices, note })
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

  /** @throws DoesNotFit when what may still run takes more than there is; what only joins later, and was not known, fails */
  begin(): void {
    const { plan, settled } = this.#groups
    const against = this.#choices.against(plan)
    const hasRoom = (step: PlannedStep): boolean =>
      isGroup(step) ? this.#groups.isOpen(step) || settled.has(step) : this.#settled.has(step)
    const mayRun = (step: PlannedStep): boolean => !hasRoom(step) && against(step) === undefined
    const tooLarge = this.pending.firstTooLarge(plan, mayRun, this.#services.codes)
    if (tooLarge !== undefined) throw tooLarge
    this.#hasBegun = true
  }

  /** What is planned joins the run; what waits for nothing is looked up, and all that this settles. As steps, of one task each. */
  *join(): Steps<void> {
    const { steps, roots } = this.#services.plan
    yield* this.#advancing(this.#isChoosing ? this.#joining.joinFor(roots) : this.#joining.join(steps))
  }

  /** A task has run, or failed for good. */
  finish({ task, resolution }: Pending, status: "ran" | "failed", outcome: Outcome): void {
    const observed = status === "ran" ? this.#services.lookUp.observed(task, resolution) : undefined
    this.#advance([...this.#settle(task, status, { resolution, observed, ...outcome })])
    this.pending.lookElsewhere()
  }

  /** Its probe has said that what was observed is good. */
  confirm(pending: Pending): void {
    if (!this.#settleIfHit(pending)) this.finish(pending, "failed", { error: goneMeanwhile(pending.task) })
    this.pending.lookElsewhere()
  }

  /** What became of tasks, for the history: of as many as take little time to write down, each told once. */
  takeUnrecorded(): ReadonlyArray<TaskRecord> {
    return this.#unrecorded.splice(0, recordedAtOnce)
  }

  /** Whatever has not been settled is not needed, or was not reached. */
  end(): RunSummary {
    const { plan, settled } = this.#groups
    const decision = this.#choices.against(plan)
    for (const task of plan.tasks) {
      if (this.#settled.has(task)) continue
      const against = decision(task)
      this.#settle(task, against === undefined ? "skipped" : "not-needed", { decision: against })
    }
    for (const step of plan.steps)
      if (isGroup(step) && !settled.has(step))
        this.#settleGroup(step, undefined, decision(step) === undefined)
    return {
      plan: decidedPlan(plan, this.#choices.decide),
      tasks: this.#settled,
      groups: settled,
      counts: countsOf(this.#settled.values(), settled.values()),
    }
  }

  #noteExactness(step: PlannedStep, ends?: ReadonlyArray<PlannedTask>): void {
    if (isInexact(step, this.#services.options.numerics, this.#inexact, ends)) this.#inexact.add(step)
  }

  /** Settles what needs no work, and all that this makes ready, without leaving this turn of the event loop. */
  #advance(ready: Array<Item>): void {
    atOnce(this.#advancing(ready))
  }

  *#advancing(ready: Array<Item>): Steps<void> {
    for (let i = 0; i < ready.length; i++) {
      yield
      for (const next of yield* this.#arrive(ready[i]!)) ready.push(next)
    }
  }

  /** All that a step waits for is settled. @returns what its own settling makes ready */
  *#arrive(step: Item): Steps<ReadonlyArray<Item>> {
    if (!("_tag" in step)) return yield* this.#look(step)
    if (step._tag === "Choice") return this.#choose(step)
    return step._tag === "Opening" ? yield* this.#open(step) : this.#settleGroup(step)
  }

  /** The value that decides is there, or then what it chose. */
  #choose(choice: ChoiceNode): ReadonlyArray<Item> {
    const taken = this.#choices.isMade(choice) ? undefined : this.#choices.make(choice)
    if (taken !== undefined) return [...this.#joining.joinFor([taken]), ...this.#joining.await(choice, taken)]
    const failing = this.#choices.failing(choice, this.#services.plan.roots)
    return [
      ...failing.flatMap(([task, error]) => this.#settle(task, "failed", { error })),
      ...this.#joining.frontier.settle(choice),
    ]
  }

  /** The list of a group is known, if anything gave it. */
  *#open(opening: Opening): Steps<ReadonlyArray<Item>> {
    const { group } = opening
    const isListed =
      group.sure.every((other) =>
        isGroup(other) ? this.#groups.isOpen(other) : isDone(this.#settled.get(other)),
      ) && group.choices.every((choice) => this.#choices.isDone(choice))
    const opened = isListed ? yield* this.#groups.open(group, this.#known) : this.#choices.errorOf(group)
    if (opened === undefined || "tag" in opened)
      return [...this.#settleGroup(group, opened), ...this.#joining.frontier.settle(opening)]
    this.#isChoosing ||= hasChoices({ steps: opened.steps, roots: [] })
    const fresh = this.#isChoosing
      ? this.#choices.unjoined(opened.ends.map(({ node }) => node))
      : opened.steps.filter((step) => !this.#choices.hasJoined(step))
    const ready = this.#joining.join(fresh)
    this.#noteExactness(group, opened.ends)
    if (this.#joining.frontier.add(group, opened.ends)) ready.push(group)
    return [...ready, ...this.#joining.frontier.settle(opening)]
  }

  #settleGroup(group: PlannedGroup, error?: TaskError, isNeeded = true): ReadonlyArray<Item> {
    const { status, items } = this.#groups.settle(group, error, isNeeded)
    this.#hasFailed ||= status === "failed"
    this.#services.emit({
      event: "group-finished",
      group: group.label,
      status,
      items,
      ...(error === undefined ? {} : { error: errorFacts(error) }),
    })
    return this.#joining.frontier.settle(group)
  }

  *#look(task: PlannedTask): Steps<ReadonlyArray<Item>> {
    const { options, lookUp, emit } = this.#services
    if (task.choices.length > 0) this.#noteExactness(task) // what they come to joined later
    const refused = this.#choices.errorOf(task)
    if (refused !== undefined) return this.#settle(task, "failed", { error: refused })
    const isBlocked =
      task.sure.some((other) =>
        isGroup(other) ? this.#groups.blocks(other, task) : !isDone(this.#settled.get(other)),
      ) || task.choices.some((choice) => !this.#choices.isDone(choice))
    if (isBlocked) return this.#settle(task, "skipped", {})
    const resolution = yield* this.#resolved(task)
    if ("tag" in resolution) return this.#settle(task, "failed", { error: resolution })
    const found = lookUp.find(task, resolution, isNamed(options.force, task))
    if (found.isHit) return this.#hit(task, resolution, found)
    if (found.refused !== undefined) return this.#settle(task, "failed", { resolution, error: found.refused })
    if (found.corrupt !== undefined)
      emit({ event: "artifact-quarantined", task: task.label, digest: found.corrupt })
    const tooLarge = this.#hasBegun ? this.pending.doesNotFit(task, whereOf(task, resolution)) : undefined
    if (tooLarge !== undefined)
      return this.#settle(task, "failed", {
        resolution,
        error: { tag: tooLarge._tag, message: tooLarge.message },
      })
    this.pending.wait({ task, resolution, why: found.why, known: found.known })
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

  #settleIfHit({ task, resolution, again }: Pending): boolean {
    const { lookUp, options } = this.#services
    const found = lookUp.find(task, resolution, isNamed(options.force, task))
    if (found.isHit && again !== undefined) again(Exit.succeed(found.outputs))
    else if (found.isHit) this.#advance([...this.#hit(task, resolution, found)])
    return found.isHit
  }

  #hit(task: PlannedTask, resolution: Resolution, found: Hit): ReadonlyArray<Item> {
    const { outputs, observed, instead } = found
    if (instead !== undefined) this.#services.emit(insteadEvent(task, instead, observed!))
    return this.#settle(task, "cached", { resolution, outputs, observed })
  }

  /** @returns what this makes ready */
  #settle(task: PlannedTask, status: TaskStatus, outcome: Outcome): ReadonlyArray<Item> {
    this.#settled.set(task, settledAs(status, outcome))
    this.#hasFailed ||= status === "failed"
    const { label, stage } = task
    const key = outcome.resolution?.key ?? null
    this.#unrecorded.push({ label, stage, key, status, exact: !this.#inexact.has(task) })
    this.#services.emit(finishedEvent(task, status, outcome))
    return this.#joining.frontier.settle(task)
  }
}

const isDone = (settled: Settled | undefined): boolean =>
  settled?.status === "ran" || settled?.status === "cached"
