// What a run would do, without running: each task cached, certain to run, or undecided until another has run.
import * as Effect from "effect/Effect"
import type { Codebase } from "../code/stage-code.ts"
import type { Key } from "../content/digest.ts"
import { valueReader } from "../key/bound-values.ts"
import { describeResult, explain, type Reason } from "../key/explain.ts"
import { fileInputs } from "../key/file-inputs.ts"
import { type NumericsRegistry, type Resolution, resolve } from "../key/resolve.ts"
import { Ledger, type OutputRecords } from "../ledger/ledger.ts"
import type { Plan, PlannedTask } from "../plan/plan.ts"
import { expectedSeconds } from "./expected-seconds.ts"
import { lacks } from "./missing-objects.ts"
import { stageCodes } from "./runner.ts"

export interface Preview {
  readonly task: PlannedTask
  readonly status: "cached" | "will-run" | "undecided"
  readonly key: Key | null
  /** Why it will run; for a cached task, why it ran when it did. */
  readonly why: ReadonlyArray<Reason>
  /** Tasks that will run and whose outputs decide whether this one does. */
  readonly waitsFor: ReadonlyArray<PlannedTask>
  /** Its outputs, when it is cached. */
  readonly outputs: OutputRecords
  /** Seconds that it may take, when earlier attempts tell. */
  readonly expected: number | undefined
}

/** What is assumed of a task's outputs: known for certain, as they were last time, or nothing at all. */
interface Assumed {
  readonly outputs: OutputRecords | undefined
  readonly deciders: ReadonlySet<PlannedTask>
}

/**
 * A task that will run is assumed to give what it gave last time under its label: if its dependents would then be
 * cached they are undecided, since equal bytes stop the wave; if not, or if it never ran, they will run.
 */
export const previewPlan = Effect.fn("previewPlan")(function* (
  plan: Plan,
  codebase: Codebase,
  options: { readonly numerics: NumericsRegistry; readonly force: ReadonlySet<string> },
) {
  const lackOf = yield* lacks
  const ledger = yield* Ledger
  const codes = yield* stageCodes(plan, codebase)
  const files = yield* fileInputs(codebase.root, plan.files)
  const value = yield* valueReader
  const expected = expectedSeconds(ledger, plan.tasks)
  const assumed = new Map<PlannedTask, Assumed>()

  const lastOutputs = (task: PlannedTask): OutputRecords | undefined => {
    const key = ledger.lastKey(plan.experiment, task.label)
    const outputs = key === undefined ? undefined : ledger.outputs(key)
    return outputs !== undefined && lackOf(task, outputs) === undefined ? outputs : undefined
  }
  const known = {
    outputs: (node: PlannedTask["node"]) => assumed.get(plan.task(node))!.outputs!,
    file: files.record,
    value,
    numerics: options.numerics,
  }
  const reasons = ({ fingerprint, code, key }: Resolution): ReadonlyArray<Reason> => {
    const own = ledger.result(key)
    const earlier = ledger
      .recent(fingerprint.stage, 500)
      .filter(({ sequence }) => own === undefined || sequence < own.sequence)
    return explain({ fingerprint, sources: code.sources }, earlier.map(describeResult))
  }

  return plan.tasks.map((task): Preview => {
    const upstream = task.upstream.map((other) => assumed.get(other)!)
    const deciders = new Set(upstream.flatMap((other) => [...other.deciders]))
    const willRun = (key: Key | null, why: ReadonlyArray<Reason>): Preview => {
      assumed.set(task, { outputs: lastOutputs(task), deciders: new Set([task]) })
      return { task, status: "will-run", key, why, waitsFor: [], outputs: {}, expected: expected(task) }
    }
    const fresh = task.upstream.filter((other) => assumed.get(other)!.outputs === undefined)
    if (fresh.length > 0)
      return willRun(null, [{ reason: "upstream", tasks: fresh.map(({ label }) => label) }])

    const resolution = resolve(task, codes.get(task.stage)!, known)
    const key = deciders.size === 0 ? resolution.key : null
    const outputs = ledger.outputs(resolution.key)
    if (outputs === undefined) return willRun(key, reasons(resolution))
    if (options.force.has(task.stage)) return willRun(key, [{ reason: "forced" }])
    const lack = lackOf(task, outputs)
    if (lack !== undefined)
      return willRun(key, [{ reason: "object-missing", output: lack.output, digest: lack.digest }])
    assumed.set(task, { outputs, deciders })
    return {
      task,
      status: deciders.size === 0 ? "cached" : "undecided",
      key,
      why: deciders.size === 0 ? reasons(resolution) : [],
      waitsFor: [...deciders],
      outputs: deciders.size === 0 ? outputs : {},
      expected: expected(task),
    }
  })
})

/** Seconds at least and at most, on `jobs` workers; undefined when no attempt tells. */
export function expectedRange(
  previews: ReadonlyArray<Preview>,
  jobs: number,
): { readonly least: number; readonly most: number } | undefined {
  const span = (statuses: ReadonlyArray<Preview["status"]>): number => {
    const seconds = previews
      .filter(({ status }) => statuses.includes(status))
      .map(({ expected }) => expected ?? 0)
    return Math.max(seconds.reduce((sum, each) => sum + each, 0) / jobs, ...seconds, 0)
  }
  if (previews.some(({ status, expected }) => status === "will-run" && expected === undefined))
    return undefined
  return { least: span(["will-run"]), most: span(["will-run", "undecided"]) }
}
