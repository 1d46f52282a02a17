// `why TASK`: why a task would run, or, when it is cached, why it ran when it did.
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Codebase } from "../code/stage-code.ts"
import type { TaskLabel } from "../content/digest.ts"
import { decodeExperimentParams, experimentParams } from "../declare/params.ts"
import { Ledger } from "../ledger/ledger.ts"
import { plan, restrictTo } from "../plan/plan.ts"
import { reasonText } from "../report/readers/reasons.ts"
import { previewPlan } from "../run/preview.ts"
import { artifactLayer } from "../session/session.ts"
import { loadedExperiment, refusing } from "./experiment.ts"
import { Refusal } from "./failure.ts"
import { artifacts, backend, chosenPlace, exp, json, type Surroundings, set } from "./place.ts"
import { print } from "./report.ts"

const task = Args.text({ name: "TASK" }).pipe(Args.withDescription("A task's label or a stage's name"))

export const whyCommand = (around: Surroundings) =>
  Command.make("why", { task, exp: Options.optional(exp), set, backend, artifacts, json }, (given) =>
    Effect.flatMap(chosenPlace(around, given), (place) =>
      Effect.gen(function* () {
        const ledger = yield* Ledger
        const last = ledger
          .runs(Option.getOrUndefined(given.exp), 200)
          .find(
            (run) =>
              Option.isSome(given.exp) ||
              ledger.tasks(run.id).some(({ label, stage }) => label === given.task || stage === given.task),
          )
        const name = Option.getOrElse(given.exp, () => last?.experiment)
        if (name === undefined) {
          return yield* new Refusal({
            tag: "Usage",
            message: `no run knows a task "${given.task}": name its experiment with --exp`,
          })
        }
        const experiment = yield* loadedExperiment(around.root, name)
        const planned = yield* refusing(() => {
          const params = experimentParams(experiment, given.set)
          const isKnown = plan(experiment, params).tasks.some(
            ({ label, stage }) => label === given.task || stage === given.task,
          )
          // A task of the last run's grid need not be in today's default grid.
          const asRun = given.set.length === 0 && !isKnown && last !== undefined
          return restrictTo(
            plan(experiment, asRun ? decodeExperimentParams(experiment, last.params) : params),
            given.task,
          )
        })
        const previews = yield* previewPlan(planned, new Codebase(place.root), {
          numerics: place.numerics,
          force: new Set(),
        })
        for (const preview of previews) {
          if (preview.task.label !== given.task && preview.task.stage !== given.task) continue
          const attempt = ledger
            .attempts(preview.task.label as TaskLabel)
            .find(({ key }) => key === preview.key)
          if (given.json) {
            const { status, key, why, waitsFor } = preview
            print(
              JSON.stringify({
                task: preview.task.label,
                status,
                key,
                why,
                waitsFor: waitsFor.map(({ label }) => label),
              }),
            )
            continue
          }
          if (preview.status === "undecided") {
            print(
              `${preview.task.label} is undecided: it waits for ${preview.waitsFor.map(({ label }) => label).join(", ")}`,
            )
            continue
          }
          const when = attempt === undefined ? "" : `, made by run ${attempt.run}`
          print(
            preview.status === "cached"
              ? `${preview.task.label} is cached${when}; it ran because of`
              : `${preview.task.label} will run because of`,
          )
          for (const reason of preview.why) print(`  ${reasonText(reason)}`)
        }
      }).pipe(Effect.provide(artifactLayer(place.artifacts))),
    ),
  ).pipe(
    Command.withDescription("Says why a task runs: the param, source file, package or input that changed"),
  )
