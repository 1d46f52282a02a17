// Whether a lock is current: today's keys follow from code, params and packages, given the recorded outputs. No data.

import type { StageCode } from "../code/stage-code.ts"
import { canonical, type Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import type { Steps } from "../content/steps.ts"
import { fullName, nameOfFile } from "../declare/task.ts"
import { BoundValueRefused } from "../key/bound-values.ts"
import { differences, type Reason } from "../key/explain.ts"
import type { LocalInput } from "../key/file-records.ts"
import type { NumericsRegistry } from "../key/numerics.ts"
import { type Known, type Resolution, resolving } from "../key/resolve.ts"
import type { OutputRecords } from "../ledger/records.ts"
import { lockedInputs } from "../plan/locked-inputs.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedStep, PlannedTask } from "../plan/planned.ts"
import type { Difference } from "../report/differences.ts"
import { isQuotedRight } from "./compare-locks.ts"
import type { LockedStage, LockedTask } from "./lines.ts"
import { isQuoted, type Lock } from "./lock-file.ts"
import { lockedResults } from "./lock-of.ts"

export interface Current {
  readonly differences: ReadonlyArray<Difference>
  /** Of the tasks whose upstream the lock knows. */
  readonly resolutions: ReadonlyMap<PlannedTask, Resolution>
}

/** Today's side of the comparison. */
export interface Today {
  readonly plan: Plan
  readonly codes: ReadonlyMap<string, StageCode>
  /** Of the local files that are inputs, by path. */
  readonly files: ReadonlyMap<string, LocalInput>
  readonly numerics: NumericsRegistry
}

/** As steps. @throws ParamError, CanonicalError or DeclarationError when a declaration is at fault, and nothing in the lock is */
export function* checkCurrent(lock: Lock, today: Today): Steps<Current> {
  const check = new Check(lock, today)
  check.files()
  check.locked()
  for (const task of today.plan.tasks) {
    yield
    yield* check.task(task)
  }
  check.rest()
  return check
}

class Check implements Current {
  readonly differences: Array<Difference> = []
  readonly resolutions = new Map<PlannedTask, Resolution>()
  readonly #lock: Lock
  readonly #today: Today
  readonly #known: Known
  /** Of the tasks that the lock knows whole. */
  readonly #outputs = new Map<PlannedStep, OutputRecords>()
  /** What the lock quotes, by digest. */
  readonly #contents = new Map<Digest, Json>()
  /** Stages of which the lock says something else than the keys that it has. */
  readonly #edited = new Set<string>()

  constructor(lock: Lock, today: Today) {
    this.#lock = lock
    this.#today = today
    this.#known = {
      outputs: (node) => this.#outputs.get(today.plan.task(node))!,
      file: (file) => today.files.get(nameOfFile(file))!,
      value: (digest) => this.#contents.get(digest)!,
      opened: (node) => today.plan.opened(today.plan.group(node))!,
      hasOutputs: (node) => this.#outputs.has(today.plan.task(node)),
      numerics: today.numerics,
    }
  }

  locked(): void {
    const today = lockedInputs(this.#today.plan.tasks)
    for (const { digest, content } of today.values())
      if (content !== undefined) this.#contents.set(digest, content)
    for (const name of new Set([...Object.keys(this.#lock.locked), ...today.keys()])) {
      const [locked, found] = [this.#lock.locked[name] ?? null, today.get(name)?.digest ?? null]
      if (locked === found) continue
      const [experiment, ...result] = name.split(" ")
      this.differences.push({
        what: "locked",
        experiment: experiment!,
        result: result.join(" "),
        locked,
        found,
      })
    }
  }

  files(): void {
    for (const [path, { digest }] of this.#today.files)
      if (this.#lock.files[path] !== digest) this.differences.push({ what: "file", path })
  }

  /** Upstream first. */
  *task(task: PlannedTask): Steps<void> {
    const locked = this.#lock.tasks[task.label]
    if (locked === undefined) {
      this.differences.push({ what: "not-locked", task: task.label })
      return
    }
    this.#quoted(task, locked)
    const outputs = lockedOutputs(task, locked)
    if (outputs !== undefined) this.#outputs.set(task, outputs)
    if (task.upstream.some((other) => !this.#outputs.has(other))) return
    const resolution = yield* this.#resolved(task)
    if (resolution === undefined) return
    this.resolutions.set(task, resolution)
    this.#key(task, locked, resolution)
  }

  /** What is said of stages as wholes, and of tasks that are not declared any more. */
  rest(): void {
    for (const stage of this.#edited) this.differences.push({ what: "content", task: stage, output: "code" })
    const declared = new Set<string>(this.#today.plan.tasks.map(({ label }) => label))
    for (const task of Object.keys(this.#lock.tasks))
      if (!declared.has(task)) this.differences.push({ what: "not-declared", task })
    for (const difference of resultNames(this.#lock, this.#today.plan)) this.differences.push(difference)
  }

  /** What the lock quotes of a task is what its digests say. */
  #quoted(task: PlannedTask, locked: LockedTask): void {
    for (const [output, kind] of outputsOf(task)) {
      if (!isQuoted(kind)) continue
      const content = locked.contents[output]
      const digest = locked.outputs[output]
      if (!isQuotedRight(content, digest))
        this.differences.push({ what: "content", task: task.label, output })
      if (digest !== undefined) this.#contents.set(digest, content!)
    }
  }

  *#resolved(task: PlannedTask): Steps<Resolution | undefined> {
    try {
      return yield* resolving(task, this.#today.codes.get(fullName(task.node.stage))!, this.#known)
    } catch (failure) {
      // Else the declaration is at fault, and neither a value that a param is bound to nor one that was edited here.
      if (!(failure instanceof BoundValueRefused) && this.differences.length === 0) throw failure
      this.differences.push({ what: "failed", task: task.label, message: (failure as Error).message })
      return undefined
    }
  }

  #key({ label }: PlannedTask, locked: LockedTask, resolution: Resolution): void {
    const { fingerprint } = resolution
    if (resolution.key !== locked.key) {
      this.differences.push({ what: "key", task: label, why: whyKey(this.#lock, label, resolution) })
      return
    }
    if (canonical(locked.params) !== canonical(fingerprint.params))
      this.differences.push({ what: "content", task: label, output: "params" })
    const stage = this.#lock.stages[fingerprint.stage]
    if (stage === undefined || keyed(stage) !== keyed(fingerprint)) this.#edited.add(fingerprint.stage)
  }
}

/** Which outputs the named results are; nothing of a lock that names none, as older ones do. */
function resultNames({ results }: Lock, plan: Plan): ReadonlyArray<Difference> {
  if (Object.keys(results).length === 0) return []
  const today = lockedResults(plan)
  const told = (from: Lock["results"], name: string): string | null =>
    Object.hasOwn(from, name) ? `${from[name]!.task} ${from[name]!.output}` : null
  return [...new Set([...Object.keys(results), ...Object.keys(today)])].flatMap((name) => {
    const [locked, found] = [told(results, name), told(today, name)]
    return locked === found ? [] : [{ what: "result", name, locked, found }]
  })
}

const keyed = ({ code, packages, numerics }: Pick<LockedStage, "code" | "packages" | "numerics">): string =>
  canonical([code, packages, numerics])

const outputsOf = ({ node }: PlannedTask): ReadonlyArray<readonly [string, string]> =>
  Object.entries(node.stage.definition.outputs as Record<string, string>)

/** A task's outputs as the lock records them; undefined when it lacks one of them. */
function lockedOutputs(task: PlannedTask, locked: LockedTask): OutputRecords | undefined {
  const declared = outputsOf(task)
  if (declared.some(([name]) => locked.outputs[name] === undefined)) return undefined
  return Object.fromEntries(
    declared.map(([name, kind]) => [name, { kind, digest: locked.outputs[name]!, size: 0 }]),
  )
}

/** The lock does not keep inputs: what is left unexplained is wiring, or digests that were edited. */
function whyKey(lock: Lock, label: string, { fingerprint, code }: Resolution): ReadonlyArray<Reason> {
  const stage = lock.stages[fingerprint.stage]
  if (stage === undefined) return [{ reason: "never-ran" }]
  const { keyFormat: format = "stage-key/1", packages, numerics } = stage
  const { params } = lock.tasks[label]!
  const before = { ...fingerprint, format, code: stage.code, packages, numerics, params }
  const why = differences(
    { fingerprint: before, sources: stage.sources },
    { fingerprint, sources: code.sources },
  )
  return why.length > 0 ? why : [{ reason: "wiring" }]
}
