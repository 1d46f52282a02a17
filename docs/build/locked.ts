// An experiment with its default params as its lock file pins it: which output of which task a named result is, and its digest.
// Runs nothing and reads no artifact.
import type { Json } from "../../engine/content/canonical.ts"
import type { Digest } from "../../engine/content/digest.ts"
import { baseOf } from "../../engine/content/kind.ts"
import { atOnce } from "../../engine/content/steps.ts"
import type { AnyExperiment } from "../../engine/declare/experiment.ts"
import { encodeExperimentParams, experimentParams } from "../../engine/declare/params.ts"
import { recordingFiles } from "../../engine/key/file-records.ts"
import { linesIn } from "../../engine/lock/compare-locks.ts"
import type { Gave } from "../../engine/lock/lines.ts"
import { type Lock, readLock } from "../../engine/lock/lock-file.ts"
import { recordedPlan } from "../../engine/lock/recorded-plan.ts"
import { hasChoices } from "../../engine/plan/needed.ts"
import { type Plan, plan } from "../../engine/plan/plan.ts"
import { isGroup } from "../../engine/plan/planned.ts"
import { lockedMetrics } from "../../engine/session/against.ts"
import { experimentNames } from "../../engine/session/project.ts"

export interface LockedResult {
  readonly task: string
  readonly output: string
  readonly kind: string
  readonly digest: Digest
  /** Of kinds that stand in the lock whole, metrics and values. */
  readonly content: Json | undefined
}

export interface LockedExperiment {
  readonly params: Readonly<Record<string, unknown>>
  /** By the names under which a run gives them; what the lock does not name (yet) is missing. */
  readonly results: ReadonlyMap<string, LockedResult>
}

/** Every experiment of the project, by name. */
export async function lockedExperiments(root: string): Promise<ReadonlyMap<string, LockedExperiment>> {
  const names = experimentNames(root)
  const found = names.map(async (name) => {
    const { default: experiment } = (await import(`../../experiments/${name}.ts`)) as {
      default: AnyExperiment
    }
    return [name, locked(root, experiment)] as const
  })
  return new Map(await Promise.all(found))
}

function locked(root: string, experiment: AnyExperiment): LockedExperiment {
  const params = experimentParams(experiment, [])
  const lock = readLock(root, experiment.name)
  const lines = lock === undefined ? new Map<string, Gave>() : linesIn(lock)
  const { results, task } = opened(root, plan(experiment, params), lock)
  const named = results.flatMap(({ name, output }) => {
    if (output.source._tag !== "Task") return []
    const { label } = task(output.source)
    const line = lines.get(label)
    const digest = line?.outputs[output.name]
    if (digest === undefined) return []
    const content = line?.contents[output.name]
    return [[name, { task: label, output: output.name, kind: output.kind, digest, content }] as const]
  })
  return {
    params: encodeExperimentParams(experiment, params) as Readonly<Record<string, unknown>>,
    results: new Map(named),
  }
}

/** With the groups and conditions that the lock's values open and decide. */
function opened(root: string, declared: Plan, lock: Lock | undefined): Plan {
  if (lock === undefined || !(declared.steps.some(isGroup) || hasChoices(declared))) return declared
  const files = atOnce(recordingFiles(root, declared.files))
  return atOnce(recordedPlan(declared, { ...lockedMetrics(lock), files }))
}

/** Numbers of all its results of kind `metrics`, under the names that `show` gives them. */
export const metricsOf = ({ results }: LockedExperiment): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...results].flatMap(([name, { kind, content }]) =>
      baseOf(kind) === "metrics" && content !== undefined
        ? Object.entries(content as Record<string, number>).map(([metric, value]) => [
            `${name.replace(/\.metrics$/, "")}.${metric}`,
            value,
          ])
        : [],
    ),
  )
