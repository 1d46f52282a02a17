// What a run's tasks gave, as a lock holds it. Pure but for what it is handed.
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import { metricsDigest } from "../content/link-metrics.ts"
import type { Steps } from "../content/steps.ts"
import { keyFormat } from "../key/fingerprint.ts"
import type { Resolution } from "../key/resolve.ts"
import type { Links } from "../ledger/links.ts"
import type { OutputRecord, OutputRecords } from "../ledger/records.ts"
import type { Results } from "../ledger/results.ts"
import { lockedInputs } from "../plan/locked-inputs.ts"
import type { Plan } from "../plan/plan.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { chainOf, knownLinks } from "../run/chain.ts"
import type { LockedResult, LockedStage, LockedTask } from "./lines.ts"
import { isQuoted, type Lock } from "./lock-file.ts"

/** What a ledger knows of a result beside its outputs. */
type Beside = Pick<LockedTask, "states" | "metrics" | "adopted">

/** What one run's tasks gave, as far as a lock holds it. */
export interface Lockable {
  readonly resolution: (task: PlannedTask) => Resolution
  readonly outputs: (task: PlannedTask) => OutputRecords
  /** Of a chained task the digests of its links' states and metrics; of what was adopted its mark. */
  readonly beside: (task: PlannedTask, resolution: Resolution) => Beside
  /** What a small artifact holds. */
  readonly content: (digest: Digest) => Json
  /** Of the local files that are inputs, by path. */
  readonly files: ReadonlyMap<string, OutputRecord>
}

export function* lockOf(plan: Plan, found: Lockable): Steps<Lock> {
  const tasks: Record<string, LockedTask> = {}
  const stages: Record<string, LockedStage> = {}
  for (const task of plan.tasks) {
    yield
    const resolution = found.resolution(task)
    const { key, fingerprint, code } = resolution
    const made = Object.entries(found.outputs(task))
    tasks[task.label] = {
      key,
      params: fingerprint.params,
      outputs: Object.fromEntries(made.map(([name, { digest }]) => [name, digest])),
      contents: Object.fromEntries(
        made.flatMap(([name, { kind, digest }]) => (isQuoted(kind) ? [[name, found.content(digest)]] : [])),
      ),
      ...found.beside(task, resolution),
    }
    const { packages, numerics } = fingerprint
    stages[fingerprint.stage] = { keyFormat, code: code.digest, sources: code.sources, packages, numerics }
  }
  const files = Object.fromEntries([...found.files].map(([path, { digest }]) => [path, digest]))
  const locked = Object.fromEntries([...lockedInputs(plan.tasks)].map(([name, { digest }]) => [name, digest]))
  const { experiment } = plan
  return { experiment, tasks, stages, files, groups: {}, results: lockedResults(plan), locked }
}

/** By name, the results that stand in no array. */
export const lockedResults = ({ results, task }: Plan): Readonly<Record<string, LockedResult>> =>
  Object.fromEntries(
    results.flatMap(({ name, output: { source, name: output, kind }, single }) =>
      single && source._tag === "Task" ? [[name, { task: task(source).label, output, kind }] as const] : [],
    ),
  )

/** As a ledger knows them; metrics are left out where links of a result are not in it, or gave other states since. */
export function besideIn(
  results: Pick<Results["Type"], "result" | "adopted">,
  links: Pick<Links["Type"], "link">,
): Lockable["beside"] {
  const marks = results.adopted()
  return (task, resolution) => {
    const adopted = marks.get(resolution.key)
    const mark = adopted === undefined ? {} : { adopted }
    const chain = chainOf(task)
    const states = chain === undefined ? null : (results.result(resolution.key)?.states ?? null)
    if (chain === undefined || states === null) return mark
    const known = knownLinks(resolution, chain.finishing, links.link)
    return states.every((state, i) => known[i]?.state === state)
      ? { ...mark, states, metrics: states.map((_, i) => metricsDigest(known[i]!.metrics)) }
      : { ...mark, states }
  }
}

/**
 * What an earlier lock says that a run does not make: lines of groups, when its tasks were observed, and digests of metrics that
 * a ledger lost. Of a task it counts where key, outputs and states are what they were.
 */
export function* withKept(lock: Lock, before: Lock): Steps<Lock> {
  const tasks: Record<string, LockedTask> = {}
  for (const label of Object.keys(lock.tasks)) {
    yield
    tasks[label] = keeping(lock.tasks[label]!, before.tasks[label])
  }
  return { ...lock, groups: before.groups, tasks }
}

function keeping(task: LockedTask, before: LockedTask | undefined): LockedTask {
  const isSame =
    before !== undefined &&
    before.key === task.key &&
    sameTexts(before.outputs, task.outputs) &&
    sameTexts(before.states ?? [], task.states ?? [])
  if (!isSame) return task
  const { metrics, observed, adopted } = before
  const { adopted: mark, ...own } = task
  return {
    ...(metrics === undefined ? {} : { metrics }),
    ...(observed === undefined ? {} : { observed }),
    ...own,
    ...(adopted === undefined || mark === undefined ? {} : { adopted: mark }), // without one, somebody has computed it
  }
}

const sameTexts = (a: object, b: object): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, text]) => b[name as never] === text)
