// What a run would do, without running: each task cached, certain to run, or undecided until another has run.

import * as Effect from "effect/Effect"
import { codeOf, type StageCode } from "../../code/stage-code.ts"
import type { Key } from "../../content/digest.ts"
import type { Steps } from "../../content/steps.ts"
import { isObserved } from "../../declare/observed/observed.ts"
import type { GroupNode, TaskNode } from "../../declare/task.ts"
import { EarlierResults } from "../../key/earlier-result.ts"
import type { Reason } from "../../key/explain.ts"
import { fileInputs, listing } from "../../key/file-inputs.ts"
import { groupItems } from "../../key/group-items.ts"
import type { Known } from "../../key/known.ts"
import type { NumericsRegistry } from "../../key/numerics.ts"
import { type Resolution, resolving } from "../../key/resolve.ts"
import { foldersIn, smallContents } from "../../key/small-contents.ts"
import { History } from "../../ledger/history.ts"
import { Observations } from "../../ledger/observations.ts"
import type { OutputRecords } from "../../ledger/records.ts"
import { Results } from "../../ledger/results.ts"
import { Transactions } from "../../ledger/transactions.ts"
import { type Deciders, decidersOf } from "../../plan/deciders.ts"
import { isNamed } from "../../plan/named.ts"
import { type Unneeded, unneededSteps } from "../../plan/needed.ts"
import type { Plan } from "../../plan/plan.ts"
import {
  isGroup,
  type Opened,
  type PlannedGroup,
  type PlannedStep,
  type PlannedTask,
} from "../../plan/planned.ts"
import { Unfolding } from "../../plan/unfolding.ts"
import { Store } from "../../store/store.ts"
import { guardedBodies, guardedCommands } from "../../worker/guarded-bodies.ts"
import { taskErrorOf } from "../../worker/inside/failing/task-error.ts"
import { isAsDeclared, missingObject } from "../missing-objects.ts"
import { type AboutObservation, type LockedObservations, Observing } from "../observed/observing.ts"
import { Requests } from "../observed/requests.ts"
import { inTurns } from "../turns.ts"
import { AssumedOutputs } from "./assumed.ts"
import { expectedSeconds } from "./expected-seconds.ts"
import { type GroupPreview, Preview, type Previews } from "./previewed.ts"

export interface PreviewOptions {
  /** The project's folder. */
  readonly root: string
  readonly numerics: NumericsRegistry
  readonly force: ReadonlySet<string>
  /** What the lock says was observed. */
  readonly locked?: LockedObservations | undefined
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
  const observations = yield* Observations
  const clock = yield* Effect.clock
  const { read } = yield* Transactions
  const files = yield* fileInputs(options.root, plan.files, inTurns)
  const previewing = new Previewing(plan, codes, options.force, {
    store,
    history,
    results,
    earlier: new EarlierResults(plan.experiment, results, history, listing(store, files)),
    observing: new Observing({
      ...{ store, observations, locked: options.locked },
      now: () => clock.unsafeCurrentTimeMillis(),
    }),
    expected: expectedSeconds(history),
    known: {
      ...{ file: files.record, value: smallContents(store, files), numerics: options.numerics },
      folder: foldersIn(store, files),
      command: guardedCommands(plan.bundle),
      keyed: new Requests({
        bundle: plan.bundle,
        content: (digest) => files.content(digest) ?? store.read(digest),
        known: observations,
      }).keyed,
    },
  })
  return yield* inTurns(() => previewing.all(), read)
})

interface Services {
  readonly store: Store["Type"]
  readonly history: History["Type"]
  readonly results: Results["Type"]
  readonly earlier: EarlierResults
  readonly observing: Observing
  readonly expected: (task: PlannedTask) => number | undefined
  readonly known: Omit<Known, "outputs" | "hasOutputs" | "opened" | "label">
}

class Previewing {
  readonly #plan: Plan
  readonly #unfolding: Unfolding
  readonly #tasks: Array<Preview> = []
  readonly #groups: Array<GroupPreview> = []
  /** Of the groups around the step at hand: what decides whether they have its item. */
  readonly #around: Array<Deciders> = []
  readonly #codes: ReadonlyMap<string, StageCode>
  readonly #force: ReadonlySet<string>
  readonly #services: Services
  readonly #known: Known
  readonly #assumed: AssumedOutputs

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
    this.#unfolding = new Unfolding(plan, guardedBodies(plan.bundle))
    const planned = {
      task: (node: TaskNode) => this.#unfolding.task(node),
      group: (node: GroupNode) => this.#unfolding.group(node),
    }
    const outputs = (node: TaskNode) => this.#assumed.of(planned.task(node)).outputs
    this.#known = {
      ...services.known,
      outputs: (node) => outputs(node)!,
      hasOutputs: (node) => outputs(node) !== undefined,
      opened: (node) => this.#unfolding.opened(planned.group(node))!,
      label: (node) => planned.task(node).label,
    }
    this.#assumed = new AssumedOutputs(planned, this.#known)
  }

  *all(): Steps<Previews> {
    for (const step of this.#plan.steps) yield* this.#step(step)
    const { plan } = this.#unfolding
    const { decide } = this.#assumed
    const unneeded = unneededSteps(plan, decide)
    return {
      tasks: this.#tasks.map((preview) => this.#behind(preview, unneeded.get(preview.task))),
      groups: this.#groups.filter(({ group }) => unneeded.get(group)?.isDecided !== true),
      ...{ plan, decide },
    }
  }

  /** A task on whose choice an upstream value decides, once what gives that has run, or has decided already. */
  #behind(preview: Preview, unneeded: Unneeded | undefined): Preview {
    if (unneeded === undefined) return preview
    const { choice, isDecided } = unneeded
    const { task, expected } = preview
    const given = { task, key: null, outputs: {}, expected }
    if (isDecided) {
      const why: Reason = { reason: "not-needed", ...this.#assumed.decision(choice) }
      return new Preview({ ...given, status: "not-needed", waitsFor: [] }, () => [why])
    }
    const waitsFor = this.#assumed.waitsFor(choice)
    return new Preview({ ...given, status: "undecided", waitsFor }, () => [])
  }

  /** Upstream first. */
  *#step(step: PlannedStep): Steps<void> {
    yield
    if (isGroup(step)) yield* this.#group(step)
    else this.#tasks.push(yield* this.#preview(step))
  }

  *#group(group: PlannedGroup): Steps<void> {
    const { unknown, deciders: deciding } = this.#assumed.taken(group)
    const waitsFor = decidersOf(deciding)
    const isListed = unknown.every((other) => isGroup(other) && this.#unfolding.opened(other) !== undefined)
    const opened = isListed ? yield* this.#opened(group) : undefined
    if (opened === undefined || "reason" in opened) {
      this.#groups.push({ group, items: undefined, waitsFor, refused: opened })
      this.#assumed.set(group, { outputs: undefined, deciders: waitsFor })
      return
    }
    this.#groups.push({ group, items: opened.entries.length, waitsFor, refused: undefined })
    this.#around.push(waitsFor)
    for (const step of opened.steps) if (!this.#assumed.has(step)) yield* this.#step(step)
    this.#around.pop()
    const ends = opened.ends.map((end) => this.#assumed.of(end))
    const deciders = decidersOf([waitsFor, ...ends.map(({ deciders }) => deciders)])
    const isKnown = ends.every(({ outputs }) => outputs !== undefined)
    this.#assumed.set(group, { outputs: isKnown ? {} : undefined, deciders })
  }

  /** The reason in its place when its list, or a body, is at fault. */
  *#opened(group: PlannedGroup): Steps<Opened | Reason> {
    try {
      return (
        this.#unfolding.opened(group) ?? (yield* this.#unfolding.open(group, groupItems(group, this.#known)))
      )
    } catch (failure) {
      const { tag, message } = taskErrorOf(failure)
      return { reason: "refused", tag, message }
    }
  }

  *#preview(task: PlannedTask): Steps<Preview> {
    const { earlier } = this.#services
    const { unknown, deciders: deciding } = this.#assumed.taken(task)
    if (unknown.length > 0)
      return this.#willRun(task, null, () => [
        { reason: "upstream", tasks: unknown.map(({ label }) => label) },
      ])

    const deciders = decidersOf([...this.#around, ...deciding])
    const resolution = yield* this.#resolved(task, deciders)
    if (!("fingerprint" in resolution)) return this.#willRun(task, null, () => [resolution])
    const key = deciders.length === 0 ? resolution.key : null
    const found = this.#found(task, resolution)
    if ("why" in found) return this.#willRun(task, key, found.why, found.assumed)
    const { outputs, about } = found
    this.#assumed.set(task, { outputs, deciders })
    const settled = { task, key, waitsFor: deciders, expected: this.#services.expected(task) }
    // What was asked again under its key was not asked for another key's sake.
    const isAgain = about !== undefined && about.nth > 1
    return deciders.length === 0
      ? new Preview({ ...settled, status: "cached", outputs, observed: about }, () =>
          isAgain ? [] : earlier.whyMade(task.label, resolution),
        )
      : new Preview({ ...settled, status: "undecided", outputs: {} }, () => [])
  }

  /** Why it will run, or what it gave. */
  #found(
    task: PlannedTask,
    resolution: Resolution,
  ):
    | { readonly outputs: OutputRecords; readonly about?: AboutObservation }
    | { readonly why: () => ReadonlyArray<Reason>; readonly assumed?: OutputRecords } {
    const { results, store, earlier, observing } = this.#services
    const isForced = isNamed(this.#force, task)
    const never = (): ReadonlyArray<Reason> => earlier.whyMissing(task.label, resolution)
    if (isObserved(task.node.stage)) {
      const found = observing.find(task, resolution, isForced)
      if (found.isHit) return found
      if ("refused" in found) return { why: () => [{ reason: "refused", ...found.refused }] }
      const { ask } = found
      if ("probe" in found) return { why: () => [ask!], assumed: found.probe.outputs }
      return { why: ask === undefined ? never : () => [ask] }
    }
    const outputs = results.outputs(resolution.key)
    if (outputs === undefined || !isAsDeclared(task, outputs)) return { why: never }
    if (isForced) return { why: () => [{ reason: "forced" }] }
    const missing = missingObject(store, task, outputs)
    if (missing === undefined) return { outputs }
    const { output, digest } = missing
    return { why: () => [{ reason: "object-missing", output, digest }] }
  }

  /** The reason in its place when the task cannot have a key: it will fail, or run on other values than those assumed. */
  *#resolved(task: PlannedTask, deciders: Deciders): Steps<Resolution | Reason> {
    try {
      return yield* resolving(task, codeOf(task, this.#codes), this.#known)
    } catch (failure) {
      const { tag, message } = taskErrorOf(failure)
      if (deciders.length > 0) return { reason: "upstream", tasks: deciders.map(({ label }) => label) }
      return { reason: "refused", tag, message }
    }
  }

  /** @param assumed that it gives; default: what it gave last */
  #willRun(
    task: PlannedTask,
    key: Key | null,
    why: () => ReadonlyArray<Reason>,
    assumed = this.#lastOutputs(task),
  ): Preview {
    this.#assumed.set(task, { outputs: assumed, deciders: [task] })
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
