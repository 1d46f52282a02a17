// What a run would do, without running: each task cached, certain to run, or undecided until another has run.

import * as Effect from "effect/Effect"
import type { StageCode } from "../code/stage-code.ts"
import type { Key } from "../content/digest.ts"
import type { Steps } from "../content/steps.ts"
import { fullName } from "../declare/task.ts"
import { EarlierResults } from "../key/earlier-result.ts"
import type { Reason } from "../key/explain.ts"
import { fileInputs } from "../key/file-inputs.ts"
import type { NumericsRegistry } from "../key/numerics.ts"
import { type Known, type Resolution, resolving } from "../key/resolve.ts"
import { smallContents } from "../key/small-contents.ts"
import { History } from "../ledger/history.ts"
import type { OutputRecords } from "../ledger/records.ts"
import { Results } from "../ledger/results.ts"
import { Transactions } from "../ledger/transactions.ts"
import { type Deciders, decidersOf } from "../plan/deciders.ts"
import type { Plan, PlannedTask } from "../plan/plan.ts"
import { Store } from "../store/store.ts"
import { taskErrorOf } from "../worker/inside/failing/task-error.ts"
import { expectedSeconds } from "./expected-seconds.ts"
import { isAsDeclared, missingObject } from "./missing-objects.ts"
import { inTurns } from "./turns.ts"

export class Preview {
  readonly task: PlannedTask
  readonly status: "cached" | "will-run" | "undecided"
  readonly key: Key | null
  /** Tasks that will run and whose outputs decide whether this one does: see `Deciders`. */
  readonly waitsFor: ReadonlyArray<PlannedTask>
  /** Its outputs, when it is cached. */
  readonly outputs: OutputRecords
  /** Seconds that it may take, when earlier attempts tell. */
  readonly expected: number | undefined
  readonly #find: () => ReadonlyArray<Reason>
  #why: ReadonlyArray<Reason> | undefined

  constructor(
    { task, status, key, waitsFor, outputs, expected }: Omit<Preview, "why">,
    find: () => ReadonlyArray<Reason>,
  ) {
    this.task = task
    this.status = status
    this.key = key
    this.waitsFor = waitsFor
    this.outputs = outputs
    this.expected = expected
    this.#find = find
  }

  /** Why it will run; for a cached task, why it ran when it did. Found when it is asked for first. */
  get why(): ReadonlyArray<Reason> {
    this.#why ??= this.#find()
    return this.#why
  }
}

export interface PreviewOptions {
  /** The project's folder. */
  readonly root: string
  readonly numerics: NumericsRegistry
  readonly force: ReadonlySet<string>
}

/**
 * A task that will run is assumed to give what it gave last time under its label: if its dependents would then be
 * cached they are undecided, since equal bytes stop the wave; if not, or if it never ran, they will run.
 *
 * @param codes the code of every stage, by its full name
 */
export const previewPlan = Effect.fn("previewPlan")(function* (
  plan: Plan,
  codes: ReadonlyMap<string, StageCode>,
  options: PreviewOptions,
) {
  const store = yield* Store
  const history = yield* History
  const results = yield* Results
  const { read } = yield* Transactions
  const files = yield* fileInputs(options.root, plan.files, inTurns)
  const previewing = new Previewing(plan, codes, options.force, {
    store,
    history,
    results,
    earlier: new EarlierResults(plan.experiment, results, history),
    expected: expectedSeconds(history),
    known: { file: files.record, value: smallContents(store, files), numerics: options.numerics },
  })
  return yield* inTurns(() => previewing.all(), read)
})

interface Services {
  readonly store: Store["Type"]
  readonly history: History["Type"]
  readonly results: Results["Type"]
  readonly earlier: EarlierResults
  readonly expected: (task: PlannedTask) => number | undefined
  readonly known: Omit<Known, "outputs">
}

/** What is assumed of a task's outputs: known for certain, as they were last time, or nothing at all. */
interface Assumed {
  readonly outputs: OutputRecords | undefined
  readonly deciders: Deciders
}

class Previewing {
  readonly #plan: Plan
  readonly #codes: ReadonlyMap<string, StageCode>
  readonly #force: ReadonlySet<string>
  readonly #services: Services
  readonly #known: Known
  readonly #assumed = new Map<PlannedTask, Assumed>()

  constructor(
    plan: Plan,
    codes: ReadonlyMap<string, StageCode>,
    force: ReadonlySet<string>,
    services: Services,
  ) {
    this.#plan = plan
    this.#codes = codes
    this.#force = force
    this.#services = services
    this.#known = { ...services.known, outputs: (node) => this.#assumed.get(plan.task(node))!.outputs! }
  }

  *all(): Steps<ReadonlyArray<Preview>> {
    const previews: Array<Preview> = []
    for (const task of this.#plan.tasks) {
      yield
      previews.push(yield* this.#preview(task))
    }
    return previews
  }

  /** Upstream first. */
  *#preview(task: PlannedTask): Steps<Preview> {
    const { results, store, earlier } = this.#services
    const unknown = task.upstream.filter((other) => this.#assumed.get(other)!.outputs === undefined)
    if (unknown.length > 0)
      return this.#willRun(task, null, () => [
        { reason: "upstream", tasks: unknown.map(({ label }) => label) },
      ])

    const deciders = decidersOf(task.upstream.map((other) => this.#assumed.get(other)!.deciders))
    const resolution = yield* this.#resolved(task, deciders)
    if (!("fingerprint" in resolution)) return this.#willRun(task, null, () => [resolution])
    const key = deciders.length === 0 ? resolution.key : null
    const outputs = results.outputs(resolution.key)
    if (outputs === undefined || !isAsDeclared(task, outputs))
      return this.#willRun(task, key, () => earlier.whyMissing(task.label, resolution))
    if (this.#force.has(task.stage)) return this.#willRun(task, key, () => [{ reason: "forced" }])
    const missing = missingObject(store, task, outputs)
    if (missing !== undefined) {
      const { output, digest } = missing
      return this.#willRun(task, key, () => [{ reason: "object-missing", output, digest }])
    }
    this.#assumed.set(task, { outputs, deciders })
    const settled = { task, key, waitsFor: deciders, expected: this.#services.expected(task) }
    return deciders.length === 0
      ? new Preview({ ...settled, status: "cached", outputs }, () => earlier.whyMade(task.label, resolution))
      : new Preview({ ...settled, status: "undecided", outputs: {} }, () => [])
  }

  /** The reason in its place when the task cannot have a key: it will fail, or run on other values than those assumed. */
  *#resolved(task: PlannedTask, deciders: Deciders): Steps<Resolution | Reason> {
    try {
      return yield* resolving(task, this.#codes.get(fullName(task.node.stage))!, this.#known)
    } catch (failure) {
      const { tag, message } = taskErrorOf(failure)
      if (deciders.length > 0) return { reason: "upstream", tasks: deciders.map(({ label }) => label) }
      return { reason: "refused", tag, message }
    }
  }

  #willRun(task: PlannedTask, key: Key | null, why: () => ReadonlyArray<Reason>): Preview {
    this.#assumed.set(task, { outputs: this.#lastOutputs(task), deciders: [task] })
    const expected = this.#services.expected(task)
    return new Preview({ task, status: "will-run", key, waitsFor: [], outputs: {}, expected }, why)
  }

  #lastOutputs(task: PlannedTask): OutputRecords | undefined {
    const { history, results, store } = this.#services
    const key = history.lastKey(this.#plan.experiment, task.label)
    const outputs = key === undefined ? undefined : results.outputs(key)
    return outputs !== undefined && missingObject(store, task, outputs) === undefined ? outputs : undefined
  }
}

/** Seconds at least and at most, on `jobs` workers; undefined when no attempt tells. */
export function expectedRange(
  previews: ReadonlyArray<Preview>,
  jobs: number,
): { readonly least: number; readonly most: number } | undefined {
  const span = (statuses: ReadonlyArray<Preview["status"]>): number => {
    let [sum, longest] = [0, 0]
    for (const { status, expected = 0 } of previews) {
      if (!statuses.includes(status)) continue
      sum += expected
      longest = Math.max(longest, expected)
    }
    return Math.max(sum / jobs, longest)
  }
  if (previews.some(({ status, expected }) => status === "will-run" && expected === undefined))
    return undefined
  return { least: span(["will-run"]), most: span(["will-run", "undecided"]) }
}
