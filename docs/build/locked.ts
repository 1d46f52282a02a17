// An experiment with its default params as its lock file pins it: which output of which task a named result is, and its digest.
// Runs nothing and reads no artifact.
import type { Json } from "../../engine/content/canonical.ts"
import type { Digest } from "../../engine/content/digest.ts"
import { baseOf } from "../../engine/content/kind.ts"
import type { AnyExperiment } from "../../engine/declare/experiment.ts"
import { encodeExperimentParams, experimentParams } from "../../engine/declare/params.ts"
import { readLock } from "../../engine/lock/lock-file.ts"
import { plan } from "../../engine/plan/plan.ts"
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
  const { results, task } = plan(experiment, params)
  const tasks = readLock(root, experiment.name)?.tasks ?? {}
  const named = results.flatMap(({ name, output }) => {
    if (output.source._tag !== "Task") return []
    const { label } = task(output.source)
    const digest = tasks[label]?.outputs[output.name]
    if (digest === undefined) return []
    const content = tasks[label]?.contents[output.name]
    return [[name, { task: label, output: output.name, kind: output.kind, digest, content }] as const]
  })
  return {
    params: encodeExperimentParams(experiment, params) as Readonly<Record<string, unknown>>,
    results: new Map(named),
  }
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
