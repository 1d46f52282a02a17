// `show --against REF`: metrics of the last finished run, or of the lock file where no run is at hand, beside a git ref's lock file.
import * as Effect from "effect/Effect"
import { decodeExperimentParams, experimentParams, hasDefaultParams } from "../declare/params.ts"
import { History } from "../ledger/history.ts"
import type { OutputRecords } from "../ledger/records.ts"
import { Results } from "../ledger/results.ts"
import { readingLock } from "../lock/lock-file.ts"
import { planning } from "../plan/plan.ts"
import { comparedWith, lockedMetrics, storedMetrics, type Today } from "../session/against.ts"
import { expectedInTurns, expectedLater } from "../session/expected.ts"
import type { Place } from "../session/place.ts"
import { lockAt } from "../session/ref-lock.ts"
import { Store } from "../store/store.ts"
import { Refusal } from "./failures.ts"
import { loadedExperiment } from "./loading.ts"

/** Runs that are searched for one that was done. */
const searched = 1000

export const showAgainst = Effect.fn("showAgainst")(function* (place: Place, name: string, ref: string) {
  const experiment = yield* loadedExperiment(place.root, name)
  const found = yield* expectedLater(() => lockAt(place.root, ref, experiment.name))
  if (!("lock" in found) && !found.isNew) return yield* Effect.fail(new Refusal("NoRef", found.why))
  const history = yield* History
  const results = yield* Results
  const run = history.runs(experiment.name, searched).find(({ outcome }) => outcome === "done")
  const lock =
    run === undefined ? yield* expectedInTurns(() => readingLock(place.root, experiment.name)) : undefined
  if (run === undefined && lock === undefined)
    return yield* Effect.fail(
      new Refusal(
        "NoResults",
        `no finished run of "${name}" is in ${place.artifacts}, and it has no lock file: run it with --exp ${name}`,
      ),
    )
  const plan = yield* expectedInTurns(() =>
    planning(
      experiment,
      run === undefined ? experimentParams(experiment, []) : decodeExperimentParams(experiment, run.params),
    ),
  )
  if (lock !== undefined) {
    const today: Today = { plan, run: null, otherParams: false, ...lockedMetrics(lock) }
    return yield* comparedWith(place, today, found)
  }
  const made = new Map<string, OutputRecords>()
  for (const { label, key } of history.tasks(run!.id)) {
    const outputs = key === null ? undefined : results.outputs(key)
    if (outputs !== undefined) made.set(label, outputs)
  }
  const otherParams = !hasDefaultParams(experiment, run!.params)
  const stored = storedMetrics(yield* Store, (task) => made.get(task))
  return yield* comparedWith(place, { plan, run: run!.id, otherParams, ...stored }, found)
})
