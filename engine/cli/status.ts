// `status`: of each experiment with its default params, how many tasks are cached, stale, and other than its lock says.
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { Codebase } from "../code/stage-code.ts"
import { experimentParams } from "../declare/params.ts"
import { fileRecords } from "../key/file-inputs.ts"
import { checkCurrent } from "../lock/current.ts"
import { type Lock, readLock } from "../lock/lock-file.ts"
import { plan } from "../plan/plan.ts"
import { textTable } from "../report/readers/table.ts"
import { previewPlan } from "../run/preview.ts"
import { stageCodes } from "../run/runner.ts"
import { experimentNames } from "../session/project.ts"
import { artifactLayer } from "../session/session.ts"
import { loadedExperiment, refusing } from "./experiment.ts"
import { artifacts, json, placeOf, type Surroundings } from "./place.ts"
import { print } from "./report.ts"

export const statusCommand = (around: Surroundings) =>
  Command.make("status", { artifacts, json }, (given) => {
    const place = placeOf(around, given)
    return Effect.gen(function* () {
      const codebase = new Codebase(place.root)
      const rows: Array<Record<string, string | number | null>> = []
      for (const name of experimentNames(around.root)) {
        const experiment = yield* loadedExperiment(around.root, name)
        const planned = yield* refusing(() => plan(experiment, experimentParams(experiment, [])))
        const previews = yield* previewPlan(planned, codebase, { numerics: place.numerics, force: new Set() })
        const count = (status: string): number =>
          previews.filter((preview) => preview.status === status).length
        const lock = yield* refusing(() => readLock(around.root, name))
        const codes = yield* stageCodes(planned, codebase)
        const files = yield* fileRecords(around.root, planned.files)
        const differing = (locked: Lock): number =>
          checkCurrent(planned, locked, codes, (file) => files.get(file.path)!.digest, place.numerics)
            .differences.length
        rows.push({
          experiment: name,
          tasks: previews.length,
          cached: count("cached"),
          stale: count("will-run"),
          undecided: count("undecided"),
          "differing from lock": lock === undefined ? null : differing(lock),
        })
      }
      if (given.json) for (const row of rows) print(JSON.stringify(row))
      else print(textTable(rows))
    }).pipe(Effect.provide(artifactLayer(place.artifacts)))
  }).pipe(
    Command.withDescription(
      "Counts each experiment's tasks: cached, stale, and differing from its lock file",
    ),
  )
