// Which of today's tasks are what earlier code has done: the same stage, params and inputs under a key that moved. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import type { Digest, Key } from "../content/digest.ts"
import { groupedBy } from "../content/grouped.ts"
import type { Steps } from "../content/steps.ts"
import { fullName, nameOfFile } from "../declare/task.ts"
import { inexactTasks } from "../key/exactness.ts"
import { differences, type Reason } from "../key/explain.ts"
import { type Known, type Resolution, resolve } from "../key/resolve.ts"
import type { OutputRecords } from "../ledger/records.ts"
import type { Today } from "../lock/current.ts"
import type { LockedTask } from "../lock/lines.ts"
import type { Lock } from "../lock/lock-file.ts"
import type { PlannedStep, PlannedTask } from "../plan/planned.ts"
import { type Earlier, earlierOf, filledIn } from "./earlier-key.ts"

/** A task of today, and what earlier code gave for the same params and inputs. */
export interface Pair {
  readonly task: PlannedTask
  readonly resolution: Resolution
  /** Its label in the lock, which may have been another. */
  readonly label: string
  readonly locked: LockedTask
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
}

/** As steps. @throws what `resolve` does of a declaration that is at fault */
export function* pairing(lock: Lock, today: Today): Steps<Pairing> {
  const pairs = new Pairs(lock, today)
  for (const task of today.plan.tasks) {
    yield
    pairs.take(task)
  }
  return pairs
}

class Pairs implements Pairing {
  readonly pairs: Array<Pair> = []
  readonly current: Array<PlannedTask> = []
  readonly left: Array<Left> = []
  readonly resolutions = new Map<PlannedTask, Resolution>()
  readonly #lock: Lock
  readonly #today: Today
  readonly #known: Known
  readonly #labels: ReadonlyMap<Key, string>
  readonly #params: ReadonlyMap<string, ReadonlyArray<Json>>
  readonly #inexact: ReadonlySet<PlannedTask>
  readonly #outputs = new Map<PlannedStep, OutputRecords>()
  /** What the lock quotes, by digest. */
  readonly #contents: ReadonlyMap<Digest, Json>

  constructor(lock: Lock, today: Today) {
    this.#lock = lock
    this.#today = today
    const tasks = Object.entries(lock.tasks)
    this.#labels = new Map(tasks.map(([label, { key }]) => [key, label]))
    this.#params = new Map(
      [...groupedBy(tasks, ([label]) => stageOf(label))].map(([stage, all]) => [
        stage,
        all.map(([, { params }]) => params),
      ]),
    )
    this.#contents = new Map(
      tasks.flatMap(([, { outputs, contents }]) =>
        Object.entries(contents).map(([name, content]) => [outputs[name]!, content] as const),
      ),
    )
    this.#inexact = inexactTasks(today.plan, today.numerics)
    this.#known = {
      outputs: (node) => this.#outputs.get(today.plan.task(node))!,
      file: (file) => today.files.get(nameOfFile(file))!,
      value: (digest) => this.#contents.get(digest)!,
      opened: (node) => today.plan.opened(today.plan.group(node))!,
      hasOutputs: (node) => this.#outputs.has(today.plan.task(node)),
      numerics: today.numerics,
    }
  }

  /** Upstream first. */
  take(task: PlannedTask): void {
    const reason = this.#paired(task)
    if (reason !== undefined) this.left.push({ task, reason })
  }

  /** @returns why it is left, if it is */
  #paired(task: PlannedTask): LeftReason | undefined {
    if (this.#inexact.has(task)) return "inexact"
    if (task.upstream.some((other) => !this.#outputs.has(other))) return "upstream"
    const resolution = resolve(task, this.#today.codes.get(fullName(task.node.stage))!, this.#known)
    const { key, fingerprint, code } = resolution
    const same = this.#labels.get(key)
    if (same !== undefined) return this.#accept(task, same, resolution, () => this.current.push(task))
    const stage = this.#lock.stages[fingerprint.stage]
    const own = this.#lock.tasks[task.label]
    if (stage === undefined) return "not-locked"
    const params = [own?.params, ...(this.#params.get(task.stage) ?? [])].filter((each) => each !== undefined)
    const earlier = earlierOf(task, fingerprint, stage, params, (known) => this.#labels.has(known))
    if (earlier === undefined)
      return own === undefined ? "not-locked" : whyOther(task, own, fingerprint.params)
    const label = this.#labels.get(earlier.key)!
    const locked = declaredOnly(task, this.#lock.tasks[label]!)
    if (locked.observed !== undefined) return "observed"
    const why = differences(
      { fingerprint: earlier.fingerprint, sources: stage.sources },
      { fingerprint, sources: code.sources },
    )
    return this.#accept(task, label, resolution, () =>
      this.pairs.push({ task, resolution, label, locked, earlier, why }),
    )
  }

  #accept(
    task: PlannedTask,
    label: string,
    resolution: Resolution,
    then: () => void,
  ): LeftReason | undefined {
    const outputs = declaredOutputs(task, this.#lock.tasks[label]!)
    if (outputs === undefined) return "schema"
    this.#outputs.set(task, outputs)
    this.resolutions.set(task, resolution)
    then()
    return undefined
  }
}

const stageOf = (label: string): string => label.split("@")[0]!

/** What a lock's line holds of the outputs that a task declares today; undefined when it lacks one. */
function declaredOutputs({ node }: PlannedTask, { outputs }: LockedTask): OutputRecords | undefined {
  const declared = Object.entries(node.stage.definition.outputs as Readonly<Record<string, string>>)
  if (declared.some(([name]) => outputs[name] === undefined)) return undefined
  return Object.fromEntries(declared.map(([name, kind]) => [name, { kind, digest: outputs[name]!, size: 0 }]))
}

/** An output that a stage gives no more is taken over by nobody. */
function declaredOnly({ node }: PlannedTask, { outputs, contents, ...rest }: LockedTask): LockedTask {
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
