// Whose results are to be taken over: those that the lock pins, or those of a run, read as a lock of its own.
import * as Effect from "effect/Effect"
import type { Json } from "../content/canonical.ts"
import type { Digest } from "../content/digest.ts"
import type { AnyExperiment } from "../declare/experiment.ts"
import { decodeExperimentParams, encodeExperimentParams, experimentParams } from "../declare/params.ts"
import { suggest } from "../declare/suggest.ts"
import { parsePreImage } from "../key/fingerprint.ts"
import { smallContents } from "../key/small-contents.ts"
import { History } from "../ledger/history.ts"
import type { OutputRecord } from "../ledger/records.ts"
import { Results } from "../ledger/results.ts"
import type { LockedStage, LockedTask } from "../lock/lines.ts"
import { isQuoted, type Lock, readLock } from "../lock/lock-file.ts"
import { expected } from "../session/expected.ts"
import type { Place } from "../session/place.ts"
import { missingLock } from "../session/run-lock.ts"
import { CorruptArtifact, Store } from "../store/store.ts"

/** Adoption cannot start: bad usage, or a stage of which nothing can be taken over. */
export class AdoptRefused extends Error {
  readonly _tag = "AdoptRefused"
}

export interface Source {
  /** As messages call it. */
  readonly name: string
  readonly earlier: Lock
  /** The experiment's params that its tasks were made with. */
  readonly params: Readonly<Record<string, unknown>>
  /** The lock file, where it is of these params: lines of what is taken over are renewed in it. */
  readonly lock: Lock | undefined
}

/** @param from a run's id; undefined takes the lock */
export const sourceOf = Effect.fn("sourceOf")(function* (
  place: Place,
  experiment: AnyExperiment,
  from: string | undefined,
) {
  const lock = yield* expected(() => readLock(place.root, experiment.name))
  const params = yield* expected(() => experimentParams(experiment, []))
  if (from === undefined) {
    if (lock === undefined) return yield* Effect.fail(missingLock(place, experiment.name))
    return { name: "the lock", earlier: lock, params, lock } satisfies Source
  }
  const runs = (yield* History).runs(experiment.name, Number.MAX_SAFE_INTEGER)
  const run = runs.find(({ id }) => id === from)
  if (run === undefined)
    return yield* Effect.fail(
      new AdoptRefused(
        `--from ${from}: no such run of ${experiment.name}${suggest(
          from,
          runs.map(({ id }) => id),
        )}`,
      ),
    )
  const used = yield* expected(() => decodeExperimentParams(experiment, run.params))
  const isDefault =
    JSON.stringify(encodeExperimentParams(experiment, params)) ===
    JSON.stringify(encodeExperimentParams(experiment, used))
  return {
    name: `run ${from}`,
    earlier: yield* lockOfRun(experiment.name, from),
    params: used,
    lock: isDefault ? lock : undefined,
  } satisfies Source
})

/** What the ledger holds of a run's tasks. */
const lockOfRun = Effect.fn("lockOfRun")(function* (experiment: string, run: string) {
  const results = yield* Results
  const content = smallContents(yield* Store)
  const tasks: Record<string, LockedTask> = {}
  const stages: Record<string, LockedStage> = {}
  for (const { label, key } of (yield* History).tasks(run)) {
    const result = key === null ? undefined : results.result(key)
    if (key === null || result === undefined) continue
    const { format, stage, code, packages, params, numerics, environment } = parsePreImage(result.fingerprint)
    const made = Object.entries(result.outputs)
    tasks[label] = {
      key,
      params,
      outputs: Object.fromEntries(made.map(([name, { digest }]) => [name, digest])),
      contents: Object.fromEntries(made.flatMap(([name, record]) => quoted(name, record, content))),
      ...(result.states === null ? {} : { states: result.states }),
      ...(result.adopted === null ? {} : { adopted: result.adopted }),
    }
    stages[stage] = {
      ...{ keyFormat: format, code, sources: result.sources, packages, numerics },
      ...(environment === undefined ? {} : { environment }),
    }
  }
  return { experiment, tasks, stages, files: {}, groups: {}, results: {}, locked: {} } satisfies Lock
})

/** What a small artifact holds, where it is still there. */
function quoted(
  name: string,
  { kind, digest }: OutputRecord,
  content: (digest: Digest) => Json,
): ReadonlyArray<readonly [string, Json]> {
  if (!isQuoted(kind)) return []
  try {
    return [[name, content(digest)]]
  } catch (failure) {
    if (failure instanceof CorruptArtifact) return []
    throw failure
  }
}
