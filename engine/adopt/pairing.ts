// Which of today's tasks are what earlier code has done: the same stage, params and inputs under a key that moved. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import type { Digest, Key } from "../content/digest.ts"
import { groupedBy } from "../content/grouped.ts"
import type { Steps } from "../content/steps.ts"
import { isObserved } from "../declare/observed/observed.ts"
import { fullName, nameOfFile, type TaskNode } from "../declare/task.ts"
import { isInexact } from "../key/exactness.ts"
import { differences, type Reason } from "../key/explain.ts"
import { groupItems } from "../key/group-items.ts"
import type { Known } from "../key/known.ts"
import { type Resolution, resolve } from "../key/resolve.ts"
import type { OutputRecords } from "../ledger/records.ts"
import type { Lines } from "../lock/compare-locks.ts"
import type { Today } from "../lock/current.ts"
import { LockDecisions } from "../lock/decided.ts"
import { Members } from "../lock/group-lines.ts"
import type { Gave, LockedTask } from "../lock/lines.ts"
import type { Lock } from "../lock/lock-file.ts"
import { filesQuoted, foldersOf } from "../lock/quoted-folder.ts"
import { decidedPlan } from "../plan/needed.ts"
import type { Plan } from "../plan/plan.ts"
import {
  type Inside,
  isGroup,
  isOutermost,
  type PlannedGroup,
  type PlannedStep,
  type PlannedTask,
  tasksUpstream,
} from "../plan/planned.ts"
import { Unfolding } from "../plan/unfolding.ts"
import { guardedBodies, guardedCommands } from "../worker/guarded-bodies.ts"
import { type Earlier, earlierOf, filledIn } from "./earlier-key.ts"
import { type GroupMember, pairedMembers } from "./paired-members.ts"

/** A task of today, and what earlier code gave for the same params and inputs. */
export interface Pair {
  readonly task: PlannedTask
  readonly resolution: Resolution
  /** Its label in the lock, which may have been another. */
  readonly label: string
  readonly locked: Gave
  readonly earlier: Earlier
  /** What moved its key. */
  readonly why: ReadonlyArray<Reason>
}

/** Why a task's results are not taken over. */
export type LeftReason =
  /** No result of the earlier code is known for its label. */
  | "not-locked"
  /** Other params than the earlier code was given, or other inputs: other work. */
  | "other-work"
  /** The stage takes other params than it did, or gives other outputs. */
  | "schema"
  /** It was observed, not computed, so that nothing can be computed again. */
  | "observed"
  /** It promises no equal bits. */
  | "inexact"
  /** What it is given by one of these is not known. */
  | "upstream"

export interface Left {
  readonly task: PlannedTask
  readonly reason: LeftReason
}

export interface Pairing {
  /** In the order of the plan: upstream first. */
  readonly pairs: ReadonlyArray<Pair>
  /** Their keys are the lock's. */
  readonly current: ReadonlyArray<PlannedTask>
  readonly left: ReadonlyArray<Left>
  /** Of pairs and of what is current. */
  readonly resolutions: ReadonlyMap<PlannedTask, Resolution>
  /** Today's plan, with what its groups are made of by the lists that the lock recorded. */
  readonly plan: Plan
  /** What the lock holds of its tasks, by label, also of those that stand in groups. */
  readonly lines: Lines
}

/** As steps. @throws what `resolve` does of a declaration that is at fault */
export function* pairing(lock: Lock, today: Today): Steps<Pairing> {
  const pairs = new Pairs(lock, today)
  for (const step of today.plan.steps) yield* pairs.take(step)
  pairs.end()
  return pairs
}

class Pairs implements Pairing {
  readonly pairs: Array<Pair> = []
  readonly current: Array<PlannedTask> = []
  readonly left: Array<Left> = []
  readonly resolutions = new Map<PlannedTask, Resolution>()
  readonly lines: Record<string, Gave>
  plan: Plan
  readonly #lock: Lock
  readonly #today: Today
  readonly #known: Known
  readonly #unfolding: Unfolding
  readonly #members: Members
  readonly #decisions: LockDecisions
  /** Of the group at hand what its tasks gave: which of them pair is known when all of a stage are. */
  readonly #ofGroup: Array<GroupMember> = []
  readonly #seen = new Set<PlannedStep>()
  readonly #labels: ReadonlyMap<Key, string>
  readonly #params: ReadonlyMap<string, ReadonlyArray<Json>>
  readonly #inexact = new Set<PlannedStep>()
  readonly #outputs = new Map<PlannedStep, OutputRecords>()
  /** What the lock quotes, by digest. */
  readonly #contents: ReadonlyMap<Digest, Json>

  constructor(lock: Lock, today: Today) {
    this.#lock = lock
    this.#today = today
    this.plan = today.plan
    this.lines = { ...lock.tasks }
    this.#unfolding = new Unfolding(today.plan, guardedBodies(today.plan.bundle))
    this.#members = new Members(lock.groups)
    this.#decisions = new LockDecisions(this.#unfolding, this.lines)
    const tasks = Object.entries(lock.tasks)
    this.#labels = new Map(tasks.map(([label, { key }]) => [key, label]))
    this.#params = new Map(
      [...groupedBy(tasks, ([label]) => stageOf(label))].map(([stage, all]) => [
        stage,
        all.map(([, { params }]) => params),
      ]),
    )
    this.#contents = new Map(quoted(lock))
    const folders = foldersOf(today.files)
    const task = (node: TaskNode): PlannedTask => this.#unfolding.task(node)
    this.#known = {
      outputs: (node) => this.#outputs.get(task(node))!,
      file: (file) => today.files.get(nameOfFile(file))!,
      value: (digest) => this.#contents.get(digest)!,
      folder: (digest) => folders.get(digest) ?? filesQuoted(this.#contents.get(digest), digest),
      opened: (node) => this.#unfolding.opened(this.#unfolding.group(node))!,
      hasOutputs: (node) => this.#outputs.has(task(node)),
      label: (node) => task(node).label,
      numerics: today.numerics,
      command: guardedCommands(today.plan.bundle),
    }
  }

  /** Upstream first. */
  *take(step: PlannedStep): Steps<void> {
    yield
    if (this.#seen.has(step)) return
    this.#seen.add(step)
    if (isGroup(step)) return yield* this.#group(step)
    if (isInexact(step, this.#today.numerics, this.#inexact)) this.#inexact.add(step)
    const reason = this.#paired(step)
    if (reason !== undefined) this.left.push({ task: step, reason })
  }

  /** What the lock's values decide against is left by nobody. */
  end(): void {
    this.plan = decidedPlan(this.#unfolding.plan, this.#decisions.decide)
    const needed = new Set<PlannedStep>(this.plan.steps)
    const left = this.left.splice(0).filter(({ task }) => needed.has(task))
    for (const each of left) this.left.push(each)
  }

  *#group(group: PlannedGroup): Steps<void> {
    const taken = this.#decisions.taken(group)
    const isThere = (other: PlannedStep): boolean =>
      isGroup(other) ? this.#unfolding.opened(other) !== undefined : this.#outputs.has(other)
    if (typeof taken === "string" || !taken.every(isThere)) return
    const { steps, ends } = yield* this.#unfolding.open(group, groupItems(group, this.#known))
    for (const step of steps) yield* this.take(step)
    if (isInexact(group, this.#today.numerics, this.#inexact, ends)) this.#inexact.add(group)
    if (isOutermost(group)) this.#settle()
    if (ends.every((end) => this.#outputs.has(end))) this.#outputs.set(group, {})
  }

  /** All of a stage in the group have the keys of its root, today's or earlier ones, or none is known to. */
  #settle(): void {
    const members = this.#ofGroup.splice(0)
    const reasons = new Map<PlannedTask, LeftReason>()
    const pairs = pairedMembers(this.#lock, members)
    for (const { task, resolution, locked } of members) {
      const found = pairs.get(task)
      const isCut = tasksUpstream(task, this.#unfolding).some((other) => reasons.has(other))
      const reason = isCut ? "upstream" : found === undefined ? "other-work" : undefined
      if (reason !== undefined) {
        reasons.set(task, reason)
        this.left.push({ task, reason })
        this.#outputs.delete(task)
        this.resolutions.delete(task)
      } else if (found === "current") this.current.push(task)
      else this.#pair(task, resolution, task.label, locked, found as Earlier)
    }
  }

  /** @returns why it is left, if it is */
  #paired(task: PlannedTask): LeftReason | undefined {
    if (this.#inexact.has(task)) return "inexact"
    const taken = this.#decisions.taken(task)
    if (typeof taken === "string" || taken.some((other) => !this.#outputs.has(other))) return "upstream"
    const own = this.#lock.tasks[task.label]
    // Of a run each task has its key; of a lock those of a group have one root.
    if (own === undefined && task.inside !== undefined) return this.#noted(task, task.inside)
    const resolution = this.#resolved(task)
    const { key, fingerprint } = resolution
    const same = this.#labels.get(key)
    if (same !== undefined)
      return this.#accept(task, this.#lock.tasks[same]!, resolution, () => this.current.push(task))
    const stage = this.#lock.stages[fingerprint.stage]
    if (stage === undefined) return "not-locked"
    const params = [own?.params, ...(this.#params.get(task.stage) ?? [])].filter((each) => each !== undefined)
    const earlier = earlierOf(task, fingerprint, stage, params, (known) => this.#labels.has(known))
    if (earlier === undefined)
      return own === undefined ? "not-locked" : whyOther(task, own, fingerprint.params)
    const label = this.#labels.get(earlier.key)!
    const locked = declaredOnly(task, this.#lock.tasks[label]!)
    if (locked.observed !== undefined || isObserved(task.node.stage)) return "observed"
    return this.#accept(task, this.#lock.tasks[label]!, resolution, () =>
      this.#pair(task, resolution, label, locked, earlier),
    )
  }

  #noted(task: PlannedTask, inside: Inside): LeftReason | undefined {
    const gave = this.#members.find(inside)
    if (gave === undefined || gave === "failed") return "not-locked"
    if (gave.observed !== undefined || isObserved(task.node.stage)) return "observed"
    const resolution = this.#resolved(task)
    const locked = declaredOnly(task, gave)
    this.lines[task.label] = gave
    return this.#accept(task, gave, resolution, () => this.#ofGroup.push({ task, resolution, locked }))
  }

  #resolved(task: PlannedTask): Resolution {
    return resolve(task, this.#today.codes.get(fullName(task.node.stage))!, this.#known)
  }

  #pair(task: PlannedTask, resolution: Resolution, label: string, locked: Gave, earlier: Earlier): void {
    const { fingerprint, code } = resolution
    const { sources } = this.#lock.stages[fingerprint.stage]!
    const why = differences(
      { fingerprint: earlier.fingerprint, sources },
      { fingerprint, sources: code.sources },
    )
    this.pairs.push({ task, resolution, label, locked, earlier, why })
  }

  #accept(task: PlannedTask, gave: Gave, resolution: Resolution, then: () => void): LeftReason | undefined {
    const outputs = declaredOutputs(task, gave)
    if (outputs === undefined) return "schema"
    this.#outputs.set(task, outputs)
    this.resolutions.set(task, resolution)
    then()
    return undefined
  }
}

/** Whatever a lock quotes, by digest. */
function* quoted({ tasks, groups }: Lock): Generator<readonly [Digest, Json], void, void> {
  const ofTask = ({ outputs, contents }: Gave) =>
    Object.entries(contents).map(([name, content]) => [outputs[name]!, content] as const)
  for (const task of Object.values(tasks)) yield* ofTask(task)
  for (const { gave } of new Members(groups).all()) if (gave !== "failed") yield* ofTask(gave)
}

const stageOf = (label: string): string => label.split("@")[0]!

/** What a lock's line holds of the outputs that a task declares today; undefined when it lacks one. */
function declaredOutputs({ node }: PlannedTask, { outputs }: Gave): OutputRecords | undefined {
  const declared = Object.entries(node.stage.definition.outputs as Readonly<Record<string, string>>)
  if (declared.some(([name]) => outputs[name] === undefined)) return undefined
  return Object.fromEntries(declared.map(([name, kind]) => [name, { kind, digest: outputs[name]!, size: 0 }]))
}

/** An output that a stage gives no more is taken over by nobody. */
function declaredOnly({ node }: PlannedTask, { outputs, contents, ...rest }: Gave): Gave {
  const declared = Object.keys(node.stage.definition.outputs)
  const only = <A>(fields: Readonly<Record<string, A>>): Readonly<Record<string, A>> =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => declared.includes(name)))
  return { ...rest, outputs: only(outputs), contents: only(contents) }
}

/** The earlier params are of another schema when today's does not take them, or gives them other names. */
function whyOther(task: PlannedTask, { params }: LockedTask, today: Json): LeftReason {
  const filled = filledIn(task, params)
  const isOther = filled === undefined || namesOf(params) !== namesOf(today)
  return isOther ? "schema" : "other-work"
}

const namesOf = (params: Json): string =>
  typeof params === "object" && params !== null && !Array.isArray(params)
    ? canonical(Object.keys(params).sort())
    : ""
