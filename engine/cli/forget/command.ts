// `forget TASK`: sets what was observed aside, so that the next run asks again; with `--erase` it is deleted.
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import type { Digest, Key } from "../../content/digest.ts"
import { isObserved } from "../../declare/observed/observed.ts"
import { experimentParams } from "../../declare/params.ts"
import { Observations } from "../../ledger/observations.ts"
import { Results } from "../../ledger/results.ts"
import { Transactions } from "../../ledger/transactions.ts"
import { lockedObservations } from "../../lock/observations.ts"
import { isNamed } from "../../plan/named.ts"
import { planning } from "../../plan/plan.ts"
import { counted, someOf } from "../../report/readers/counted.ts"
import { previewPlan } from "../../run/preview/preview.ts"
import { expected, expectedInTurns } from "../../session/expected.ts"
import { partOf } from "../../session/part.ts"
import { artifactLayer, type Place } from "../../session/place.ts"
import { Store } from "../../store/store.ts"
import { type CommandContext, placeOf } from "../context.ts"
import { badUsage } from "../failures.ts"
import { codesOf, loadedExperiment } from "../loading.ts"
import { artifacts, exp, json, set } from "../options.ts"
import { print } from "../output.ts"
import { runsWithCopies } from "./copies.ts"

const task = Args.text({ name: "TASK" }).pipe(
  Args.withDescription("A task's label, a stage's name or a group's"),
)
const erase = Options.boolean("erase").pipe(
  Options.withDescription("Deletes what was observed, its artifacts too where nothing else has them"),
)

export const forgetCommand = (context: CommandContext) =>
  Command.make("forget", { task, exp, set, erase, artifacts, json }, (given) =>
    Effect.flatMap(placeOf(context, given), (place) =>
      Effect.gen(function* () {
        const { keys, pinned } = yield* keysOf(place, given)
        const { forgotten, erased, digests } = yield* given.erase ? erasing(keys) : settingAside(keys)
        const copies = runsWithCopies(place.artifacts, digests)
        if (given.json) {
          print(JSON.stringify({ tasks: keys.length, observations: forgotten, erased, pinned, copies }))
          return
        }
        const isLocked =
          pinned === 0 ? "" : `; the lock names ${pinned} of them, by which --locked goes until --update-lock`
        print(
          given.erase
            ? `${counted(forgotten, "observation")} of ${counted(keys.length, "task")} erased, and ${counted(erased, "artifact")}${copiesText(copies)}`
            : `${counted(forgotten, "observation")} of ${counted(keys.length, "task")} set aside: the next run asks again${isLocked}`,
        )
      }).pipe(Effect.provide(artifactLayer(place.artifacts))),
    ),
  ).pipe(Command.withDescription("Sets what a task observed aside, so that it is asked again"))

/** A run's page and its table quote what its copies hold: to remove these alone would be to seem to have erased it. */
const copiesText = (runs: ReadonlyArray<string>): string =>
  runs.length === 0
    ? ""
    : `; ${counted(runs.length, "folder")} under runs/ still ${runs.length === 1 ? "holds" : "hold"} it (${someOf(runs)}): remove ${runs.length === 1 ? "it" : "them"}, or leave ${runs.length === 1 ? "it" : "them"} to gc`

/** The keys of the tasks that are meant, each once, and of how many the lock names an answer. */
const keysOf = Effect.fn("keysOf")(function* (
  place: Place,
  given: { readonly task: string; readonly exp: string; readonly set: ReadonlyArray<string> },
) {
  const { root, numerics } = place
  const experiment = yield* loadedExperiment(root, given.exp)
  const planned = yield* expectedInTurns(() => planning(experiment, experimentParams(experiment, given.set)))
  const codes = yield* codesOf(root, planned)
  const locked = lockedObservations(root, planned.experiment)
  const { tasks } = yield* previewPlan(planned, codes, { root, numerics, force: new Set(), locked })
  const asked = tasks.filter(({ task }) => isNamed(new Set([given.task]), task))
  if (asked.length === 0) yield* partOf(place, planned, given.task) // says what is wrong with the name
  const observed = asked.filter(({ task }) => isObserved(task.node.stage))
  if (observed.length === 0)
    return yield* Effect.fail(
      badUsage(
        `${given.task} is computed, not observed: there is nothing to forget; --force ${given.task} runs it again`,
      ),
    )
  const keys = new Map(observed.flatMap(({ key, task }) => (key === null ? [] : [[key, task] as const])))
  const pinned = [...keys].filter(([key, task]) => locked?.of(task, key) !== undefined).length
  return { keys: [...keys.keys()], pinned }
})

const settingAside = Effect.fn("settingAside")(function* (keys: ReadonlyArray<Key>) {
  const [{ forget }, { write }] = [yield* Observations, yield* Transactions]
  const forgotten = yield* expected(() => write(() => keys.reduce((count, key) => count + forget(key), 0)))
  return { forgotten, erased: 0, digests: new Set<Digest>() }
})

/** The ledger first: an object that then is not removed is garbage, one that is gone before would be damage. */
const erasing = Effect.fn("erasing")(function* (keys: ReadonlyArray<Key>) {
  const [observations, results, store, { write }] = [
    yield* Observations,
    yield* Results,
    yield* Store,
    yield* Transactions,
  ]
  return yield* expected(() => {
    const [all, loose] = write(() => {
      const all = keys.flatMap((key) => {
        results.forget(key)
        return observations.erase(key)
      })
      const kept = new Set(observations.outputs())
      const digests = new Set<Digest>(
        all.flatMap(({ outputs }) => Object.values(outputs).map(({ digest }) => digest)),
      )
      return [all, [...digests].filter((digest) => !kept.has(digest) && !results.isOutput(digest))] as const
    })
    for (const digest of loose) store.remove(digest)
    return { forgotten: all.length, erased: loose.length, digests: new Set(loose) }
  })
})
