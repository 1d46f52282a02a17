// Whether a lock is current: today's keys follow from code, params and packages, given the recorded outputs. No data.

import type { StageCode } from "../code/stage-code.ts"
import { canonical } from "../content/canonical.ts"
import { type Digest, digestOf } from "../content/digest.ts"
import type { FileNode, TaskNode } from "../declare/task.ts"
import { differences, type Reason } from "../key/explain.ts"
import type { NumericsRegistry } from "../key/numerics.ts"
import { type Resolution, resolve } from "../key/resolve.ts"
import type { OutputRecords } from "../ledger/records.ts"
import type { Plan, PlannedTask } from "../plan/plan.ts"
import type { Difference } from "../report/differences.ts"
import { isQuoted, type Lock, type LockedStage } from "./lock-file.ts"

export interface Current {
  readonly differences: ReadonlyArray<Difference>
  /** Of the tasks whose upstream the lock knows. */
  readonly resolutions: ReadonlyMap<PlannedTask, Resolution>
}

export function checkCurrent(
  plan: Plan,
  lock: Lock,
  codes: ReadonlyMap<string, StageCode>,
  fileDigest: (file: FileNode) => Digest,
  numerics: NumericsRegistry,
): Current {
  const found: Array<Difference> = []
  const resolutions = new Map<PlannedTask, Resolution>()
  const contents = new Map<Digest, unknown>()
  /** Stages of which the lock says something else than the keys that it has. */
  const edited = new Set<string>()
  for (const { path } of plan.files) {
    if (lock.files[path] !== fileDigest({ _tag: "File", path })) found.push({ what: "file", path })
  }
  const known = {
    outputs: (node: TaskNode) => lockedOutputs(plan.task(node), lock)!,
    file: (file: FileNode) => ({ kind: "", digest: fileDigest(file), size: 0 }),
    value: (digest: Digest) => contents.get(digest) as never,
    numerics,
  }
  for (const task of plan.tasks) {
    const locked = lock.tasks[task.label]
    if (locked === undefined) {
      found.push({ what: "not-locked", task: task.label })
      continue
    }
    for (const [output, kind] of Object.entries(
      task.node.stage.definition.outputs as Record<string, string>,
    )) {
      if (!isQuoted(kind)) continue
      const content = locked.contents[output]
      const digest = locked.outputs[output]
      if (content === undefined || digestOf(canonical(content)) !== digest) {
        found.push({ what: "content", task: task.label, output })
      }
      if (digest !== undefined) contents.set(digest, content)
    }
    if (task.upstream.some((other) => lockedOutputs(other, lock) === undefined)) continue
    let resolution: Resolution
    try {
      resolution = resolve(task, codes.get(task.stage)!, known)
    } catch (failure) {
      if (found.length === 0) throw failure // the declaration is at fault, not an edited value that a param is bound to
      found.push({ what: "failed", task: task.label, message: (failure as Error).message })
      continue
    }
    resolutions.set(task, resolution)
    const { fingerprint } = resolution
    if (resolution.key !== locked.key) {
      found.push({ what: "key", task: task.label, why: whyKey(lock, task.label, resolution) })
      continue
    }
    if (canonical(locked.params) !== canonical(fingerprint.params))
      found.push({ what: "content", task: task.label, output: "params" })
    const stage = lock.stages[fingerprint.stage]
    if (stage === undefined || keyed(stage) !== keyed(fingerprint)) edited.add(fingerprint.stage)
  }
  for (const stage of edited) found.push({ what: "content", task: stage, output: "code" })
  const declared = new Set<string>(plan.tasks.map(({ label }) => label))
  for (const task of Object.keys(lock.tasks))
    if (!declared.has(task)) found.push({ what: "not-declared", task })
  return { differences: found, resolutions }
}

const keyed = ({ code, packages, numerics }: Pick<LockedStage, "code" | "packages" | "numerics">): string =>
  canonical([code, packages, numerics])

/** A task's outputs as the lock records them; undefined when it lacks the task or one of its outputs. */
function lockedOutputs(task: PlannedTask, lock: Lock): OutputRecords | undefined {
  const locked = lock.tasks[task.label]
  const declared = Object.entries(task.node.stage.definition.outputs as Record<string, string>)
  if (locked === undefined || declared.some(([name]) => locked.outputs[name] === undefined)) return undefined
  return Object.fromEntries(
    declared.map(([name, kind]) => [name, { kind, digest: locked.outputs[name]!, size: 0 }]),
  )
}

/** The lock does not keep inputs: what is left unexplained is wiring, or digests that were edited. */
function whyKey(lock: Lock, label: string, { fingerprint, code }: Resolution): ReadonlyArray<Reason> {
  const stage = lock.stages[fingerprint.stage]
  if (stage === undefined) return [{ reason: "never-ran" }]
  const { packages, numerics } = stage
  const before = { ...fingerprint, code: stage.code, packages, numerics, params: lock.tasks[label]!.params }
  const why = differences(
    { fingerprint: before, sources: stage.sources },
    { fingerprint, sources: code.sources },
  )
  return why.length > 0 ? why : [{ reason: "wiring" }]
}
