// `status`: of each experiment with its default params, how many tasks are cached, stale, and other than its lock says.
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { Codebase } from "../code/stage-code.ts"
import { experimentParams } from "../declare/params.ts"
import { fileRecords } from "../key/file-inputs.ts"
import { checkCurrent } from "../lock/current.ts"
import { readLock } from "../lock/lock-file.ts"
import { planning } from "../plan/plan.ts"
import { textTable } from "../report/readers/table.ts"
import { type Preview, previewPlan } from "../run/preview.ts"
import { expected, expectedInTurns } from "../session/expected.ts"
import { type Place, readingLayer } from "../session/place.ts"
import { experimentNames } from "../session/project.ts"
import { type CommandContext, placeOf } from "./context.ts"
import { codesOf, loadedExperiment } from "./loading.ts"
import { artifacts, json } from "./options.ts"
import { print } from "./output.ts"

export const statusCommand = (context: CommandContext) =>
  Command.make("status", { artifacts, json }, (given) => {
    const place = placeOf(context, given)
    return Effect.gen(function* () {
      const codebase = new Codebase(place.root)
      const names = experimentNames(context.root)
      const rows = yield* Effect.forEach(names, (name) => statusOf(place, codebase, name))
      if (given.json) for (const row of rows) print(JSON.stringify(row))
      else print(textTable(rows))
    }).pipe(Effect.provide(readingLayer(place.artifacts)))
  }).pipe(
    Command.withDescription(
      "Counts each experiment's tasks: cached, stale, and differing from its lock file",
    ),
  )

const statusOf = Effect.fn("statusOf")(function* (place: Place, codebase: Codebase, name: string) {
  const { root, numerics } = place
  const experiment = yield* loadedExperiment(root, name)
  const planned = yield* expectedInTurns(() => planning(experiment, experimentParams(experiment, [])))
  const codes = yield* codesOf(root, planned.tasks, codebase)
  const previews = yield* previewPlan(planned, codes, { root, numerics, force: new Set() })
  const lock = yield* expected(() => readLock(root, name))
  const differing =
    lock === undefined
      ? null
      : (yield* expectedInTurns(() => {
          const files = fileRecords(root, planned.files)
          return checkCurrent(lock, { plan: planned, codes, files, numerics })
        })).differences.length
  const count = (status: Preview["status"]): number =>
    previews.filter((preview) => preview.status === status).length
  return {
    experiment: name,
    tasks: previews.length,
    cached: count("cached"),
    stale: count("will-run"),
    undecided: count("undecided"),
    "differing from lock": differing,
  }
})
