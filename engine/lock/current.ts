// Whether a lock is current: today's keys follow from code, params and packages, given the recorded outputs. No data.
import type { StageCode } from "../code/stage-code.ts"
import { canonical } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import { isFolder } from "../content/kind.ts"
import type { Steps } from "../content/steps.ts"
import { fullName, nameOfFile } from "../declare/task.ts"
import { BoundValueRefused } from "../key/bound-values.ts"
import type { LocalInput } from "../key/file-records.ts"
import { groupItems } from "../key/group-items.ts"
import type { Known } from "../key/known.ts"
import type { NumericsRegistry } from "../key/numerics.ts"
import { type Resolution, resolving } from "../key/resolve.ts"
import type { OutputRecords } from "../ledger/records.ts"
import { lockedInputs } from "../plan/locked-inputs.ts"
import { decidedPlan } from "../plan/needed.ts"
import type { Plan } from "../plan/plan.ts"
import {
  type Inside,
  isGroup,
  isOutermost,
  type PlannedGroup,
  type PlannedStep,
  type PlannedTask,
} from "../plan/planned.ts"
import { Unfolding } from "../plan/unfolding.ts"
import { sourceOfList } from "../plan/wired-outputs.ts"
import type { Difference } from "../report/differences.ts"
import { Requests } from "../run/observed/requests.ts"
import { guardedBodies, guardedCommands } from "../worker/guarded-bodies.ts"
import { isQuotedRight, type Lines } from "./compare-locks.ts"
import { LockDecisions, labelsOutside } from "./decided.ts"
import { lockedWhereMissing } from "./environments.ts"
import { bounded, GroupKeys, type StageInGroup } from "./group-keys.ts"
import { Members, outermost } from "./group-lines.ts"
import type { Gave, LockedTask } from "./lines.ts"
import { isQuoted, type Lock } from "./lock-file.ts"
import { lockedOutputs, NotAtHand, NotQuoted, outputsOf } from "./locked-outputs.ts"
import { lockedElsewhere, resultNames } from "./names.ts"
import { type AtHand, QuotedContents } from "./quoted-contents.ts"
import { filesQuoted, foldersOf, lockedList } from "./quoted-folder.ts"
import { isKeyedAs, whyKey } from "./stage-line.ts"

export interface Current {
  readonly differences: ReadonlyArray<Difference>
  /** Of the tasks whose upstream the lock knows. */
  readonly resolutions: ReadonlyMap<PlannedTask, Resolution>
  /** Today's plan, with what its groups are made of by the lists that the lock recorded. */
  readonly plan: Plan
  /** What the lock holds of each of its tasks, by label, also of those that stand in groups. */
  readonly lines: Lines
  /** The tasks whose keys are those of the lock. */
  readonly isCurrent: (task: PlannedTask) => boolean
  /** Tasks whose keys are made of what only a store could give, and none did: their keys were not checked. */
  readonly unchecked: ReadonlyArray<PlannedTask>
}

/** Today's side of the comparison. */
export interface Today extends AtHand {
  readonly plan: Plan
  readonly codes: ReadonlyMap<string, StageCode>
  /** Of the local files that are inputs, by path. */
  readonly files: ReadonlyMap<string, LocalInput>
  readonly numerics: NumericsRegistry
}

/** As steps. @throws ParamError, CanonicalError or DeclarationError when a declaration is at fault, and nothing in the lock is */
export function* checkCurrent(lock: Lock, today: Today): Steps<Current> {
  const check = new Check(lock, { ...today, codes: lockedWhereMissing(lock, today.codes) })
  for (const [path, { digest }] of today.files)
    if (lock.files[path] !== digest) check.differences.push({ what: "file", path })
  for (const step of today.plan.steps) yield* check.step(step)
  check.rest()
  return check
}

class Check implements Current {
  readonly differences: Array<Difference> = []
  readonly resolutions = new Map<PlannedTask, Resolution>()
  readonly lines: Record<string, Gave>
  readonly unchecked: Array<PlannedTask> = []
  plan: Plan
  readonly #lock: Lock
  readonly #today: Today
  readonly #known: Known
  readonly #unfolding: Unfolding
  readonly #members: Members
  readonly #groups: GroupKeys
  readonly #decisions: LockDecisions
  readonly #seen = new Set<PlannedStep>()
  /** Of the tasks that the lock knows whole. */
  readonly #outputs = new Map<PlannedStep, OutputRecords>()
  readonly #contents: QuotedContents
  /** Stages of which the lock says something else than the keys that it has. */
  readonly #edited = new Set<string>()
  readonly #moved = new Set<PlannedTask>()
  /** Files of local folders, by the folder's digest. */
  readonly #folders: ReadonlyMap<Digest, LocalInput["files"]>
  readonly #ofGroups: Array<readonly [group: string, difference: Difference]> = []

  constructor(lock: Lock, today: Today) {
    this.#lock = lock
    this.#today = today
    this.lines = { ...lock.tasks }
    this.#contents = new QuotedContents(today.contents)
    this.#folders = foldersOf(today.files)
    this.plan = today.plan
    this.#unfolding = new Unfolding(today.plan, guardedBodies(today.plan.bundle))
    this.#members = new Members(lock.groups)
    this.#groups = new GroupKeys(lock)
    this.#decisions = new LockDecisions(this.#unfolding, this.lines)
    this.#known = {
      outputs: (node) => this.#outputs.get(this.#unfolding.task(node))!,
      file: (file) => today.files.get(nameOfFile(file))!,
      value: this.#contents.value,
      folder: (digest) => this.#folders.get(digest) ?? filesQuoted(this.#contents.find(digest), digest),
      opened: (node) => this.#unfolding.opened(this.#unfolding.group(node))!,
      hasOutputs: (node) => this.#outputs.has(this.#unfolding.task(node)),
      label: (node) => this.#unfolding.task(node).label,
      ...{ numerics: today.numerics, variable: today.variable, command: guardedCommands(today.plan.bundle) },
      keyed: new Requests({
        ...{ bundle: today.plan.bundle, content: this.#contents.bytes, known: today.requests },
      }).keyed,
    }
  }

  /** Upstream first. */
  *step(step: PlannedStep): Steps<void> {
    yield
    if (this.#seen.has(step)) return
    this.#seen.add(step)
    if (isGroup(step)) yield* this.#group(step)
    else if (step.inside === undefined) yield* this.#task(step)
    else yield* this.#member(step, step.inside)
  }

  *#task(task: PlannedTask): Steps<void> {
    const locked = this.#lock.tasks[task.label]
    if (locked === undefined) {
      this.differences.push({ what: "not-locked", task: task.label })
      return
    }
    this.#quoted(task, locked)
    const resolution = yield* this.#given(task, locked)
    if (resolution !== undefined) this.#key(task, locked, resolution)
  }

  /** Its key is one of those of its group's root. */
  *#member(task: PlannedTask, inside: Inside): Steps<void> {
    const gave = this.#members.find(inside)
    if (gave === undefined) this.#ofGroups.push([outermost(inside), { what: "not-locked", task: task.label }])
    if (gave === undefined || gave === "failed") return
    this.lines[task.label] = gave
    for (const output of Object.keys(gave.contents)) this.#quote(task.label, gave, output)
    this.#groups.add(task, yield* this.#given(task, gave))
  }

  /** The list of a group is what the lock recorded of whatever gives it. */
  *#group(group: PlannedGroup): Steps<void> {
    if (isOutermost(group) && !Object.hasOwn(this.#lock.groups, group.node.name)) {
      this.differences.push({ what: "not-locked", task: group.label })
      return
    }
    const taken = this.#decisions.taken(group)
    const isThere = (other: PlannedStep): boolean =>
      isGroup(other) ? this.#unfolding.opened(other) !== undefined : this.#outputs.has(other)
    if (typeof taken === "string" || !taken.every(isThere)) return
    const list = sourceOfList(group.node)
    if (list._tag === "Item") this.#contents.note(list.record.digest, lockedList(this.#lock, list))
    try {
      yield* this.#unfolding.open(group, groupItems(group, this.#known))
    } catch (failure) {
      // Inside another group it may have failed when the lock was made: what it has no more, or had not, is told as such.
      if (isOutermost(group)) this.#failed(group, (failure as Error).message)
      return
    }
    const { steps, ends } = this.#unfolding.opened(group)!
    for (const step of steps) yield* this.step(step)
    const isKnown = (task: PlannedTask): boolean =>
      this.#outputs.has(task) || (task.inside !== undefined && this.#members.find(task.inside) === "failed")
    if (ends.every(isKnown)) this.#outputs.set(group, {})
  }

  /** @returns what a task's key is made of today, where the lock knows all that it is given */
  *#given(task: PlannedTask, locked: Gave): Steps<Resolution | undefined> {
    const outputs = lockedOutputs(task, locked)
    if (outputs !== undefined) this.#outputs.set(task, outputs)
    for (const { digest, content } of lockedInputs([task]).values()) this.#contents.note(digest, content)
    const taken = this.#decisions.taken(task)
    if (typeof taken === "string") this.#failed(task, taken)
    if (typeof taken === "string" || taken.some((other) => !this.#outputs.has(other))) return undefined
    const resolution = yield* this.#resolved(task)
    if (resolution !== undefined) this.resolutions.set(task, resolution)
    return resolution
  }

  readonly isCurrent = (task: PlannedTask): boolean =>
    this.resolutions.has(task) &&
    !(task.inside === undefined ? this.#moved.has(task) : this.#groups.isMoved(task))

  /** What is said of stages and groups as wholes, and of what is not declared any more. */
  rest(): void {
    this.#decide()
    const groups = new Map(
      this.plan.steps.flatMap((step) =>
        isGroup(step) && isOutermost(step) ? [[step.node.name, this.plan.opened(step)] as const] : [],
      ),
    )
    const declared = new Set<string>(this.plan.tasks.map(({ label }) => label))
    const gone = new Set<string>()
    for (const { label, group } of this.#members.all()) {
      if (declared.has(label) || groups.get(group) === undefined) continue
      gone.add(group)
      this.#ofGroups.push([group, { what: "not-declared", task: label }])
    }
    for (const difference of bounded(this.#ofGroups)) this.differences.push(difference)
    for (const all of this.#groups.all) if (all.isWhole && !gone.has(all.group)) this.#root(all)
    for (const stage of this.#edited) this.differences.push({ what: "content", task: stage, output: "code" })
    for (const task of Object.keys(this.#lock.tasks))
      if (!declared.has(task)) this.differences.push({ what: "not-declared", task })
    for (const group of Object.keys(this.#lock.groups))
      if (!groups.has(group)) this.differences.push({ what: "not-declared", task: group })
    // What is given from elsewhere stands before what follows from it.
    const given = this.differences.filter(({ what }) => what === "file").length
    const rest = this.differences.splice(given)
    for (const difference of lockedElsewhere(this.#lock, this.plan)) this.differences.push(difference)
    for (const difference of rest) this.differences.push(difference)
    for (const difference of resultNames(this.#lock, this.plan)) this.differences.push(difference)
  }

  /** What the lock's values decide against has no line in it. */
  #decide(): void {
    const { plan } = this.#unfolding
    this.plan = decidedPlan(plan, this.#decisions.decide)
    const others = labelsOutside(plan, this.plan)
    const isLacking = (each: Difference): boolean => each.what !== "not-locked" || !others.has(each.task)
    for (const each of this.differences.splice(0)) if (isLacking(each)) this.differences.push(each)
    for (const each of this.#ofGroups.splice(0)) if (isLacking(each[1])) this.#ofGroups.push(each)
  }

  /** The keys of a stage's tasks in a group. */
  #root(all: StageInGroup): void {
    const { group, stage, resolutions } = all
    const [resolution] = resolutions.values()
    if (resolution === undefined) return
    if (this.#groups.root(all) === this.#groups.lockedRoot(all)) {
      if (!isKeyedAs(this.#lock, resolution)) this.#edited.add(stage)
      return
    }
    const why = whyKey(this.#lock, resolution.fingerprint.params, resolution)
    this.differences.push({ what: "key", task: group, why, group: { stage, tasks: resolutions.size } })
  }

  /** What the lock quotes of a task is what its digests say. */
  #quoted(task: PlannedTask, locked: LockedTask): void {
    for (const [output, kind] of outputsOf(task))
      if (isQuoted(kind) || (isFolder(kind) && task.decisive.has(output)))
        this.#quote(task.label, locked, output)
  }

  #quote(task: string, locked: Gave, output: string): void {
    const content = locked.contents[output]
    const digest = locked.outputs[output]
    if (!isQuotedRight(content, digest)) this.differences.push({ what: "content", task, output })
    if (digest !== undefined) this.#contents.note(digest, content)
  }

  *#resolved(task: PlannedTask): Steps<Resolution | undefined> {
    try {
      return yield* resolving(task, this.#today.codes.get(fullName(task.node.stage))!, this.#known)
    } catch (failure) {
      if (failure instanceof NotAtHand) {
        this.unchecked.push(task)
        return undefined
      }
      // Else the declaration is at fault, and neither a value that a param is bound to nor one that was edited here.
      const isOfLock = failure instanceof BoundValueRefused || failure instanceof NotQuoted
      if (!isOfLock && this.differences.length === 0) throw failure
      this.#failed(task, (failure as Error).message)
      return undefined
    }
  }

  #failed({ label }: PlannedStep, message: string): void {
    this.differences.push({ what: "failed", task: label, message })
  }

  #key(task: PlannedTask, locked: LockedTask, resolution: Resolution): void {
    const [{ label }, { fingerprint }] = [task, resolution]
    if (resolution.key !== locked.key) {
      this.#moved.add(task)
      const why = whyKey(this.#lock, locked.params, resolution)
      this.differences.push({ what: "key", task: label, why })
      return
    }
    if (canonical(locked.params) !== canonical(fingerprint.params))
      this.differences.push({ what: "content", task: label, output: "params" })
    if (!isKeyedAs(this.#lock, resolution)) this.#edited.add(fingerprint.stage)
  }
}
