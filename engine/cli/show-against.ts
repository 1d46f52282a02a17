// `show --against REF`: metrics of the last finished run, or of the lock file where no run is at hand, beside a git ref's lock file.
import * as Effect from "effect/Effect"
import { decodeExperimentParams, experimentParams, hasDefaultParams } from "../declare/params.ts"
import { recordingFiles } from "../key/file-records.ts"
import { History } from "../ledger/history.ts"
import type { OutputRecords, RunRecord } from "../ledger/records.ts"
import { Results } from "../ledger/results.ts"
import { readingLock } from "../lock/lock-file.ts"
import { recordedPlan } from "../lock/recorded-plan.ts"
import { planning } from "../plan/plan.ts"
import { comparedWith, lockedMetrics, storedContent, storedFolder } from "../session/against.ts"
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
  const params =
    run === undefined ? experimentParams(experiment, []) : decodeExperimentParams(experiment, run.params)
  const plan = yield* expectedInTurns(() => planning(experiment, params))
  const store = yield* Store
  const stored = { content: storedContent(store), folder: storedFolder(store) }
  const given =
    lock === undefined ? { outputs: givenBy(history, results, run!), ...stored } : lockedMetrics(lock, stored)
  const files = yield* expectedInTurns(() => recordingFiles(place.root, plan.files))
  const { outputs, content } = given
  return yield* comparedWith(
    place,
    {
      ...{ outputs, content, run: run?.id ?? null },
      plan: yield* expectedInTurns(() => recordedPlan(plan, { ...given, files })),
      otherParams: run !== undefined && !hasDefaultParams(experiment, run.params),
    },
    found,
  )
})

/** What the tasks of a run gave, by label. */
function givenBy(
  history: History["Type"],
  results: Results["Type"],
  { id }: RunRecord,
): (task: string) => OutputRecords | undefined {
  const made = new Map<string, OutputRecords>()
  for (const { label, key } of history.tasks(id)) {
    const outputs = key === null ? undefined : results.outputs(key)
    if (outputs !== undefined) made.set(label, outputs)
  }
  return (task) => made.get(task)
}
