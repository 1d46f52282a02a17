// `logs TASK`: what the latest attempts at a task printed, and how they ended.
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import type { TaskLabel } from "../content/digest.ts"
import { Ledger } from "../ledger/ledger.ts"
import { duration } from "../report/readers/reasons.ts"
import { artifactLayer } from "../session/session.ts"
import { Refusal } from "./failure.ts"
import { artifacts, json, placeOf, type Surroundings } from "./place.ts"
import { print } from "./report.ts"

const task = Args.text({ name: "TASK" }).pipe(Args.withDescription("A task's label"))

/** Attempts that are shown, newest first. */
const shown = 3

export const logsCommand = (around: Surroundings) =>
  Command.make("logs", { task, artifacts, json }, (given) => {
    const place = placeOf(around, given)
    return Effect.gen(function* () {
      const ledger = yield* Ledger
      const attempts = ledger.attempts(given.task as TaskLabel).slice(0, shown)
      if (attempts.length === 0) {
        return yield* new Refusal({
          tag: "Usage",
          message: `no attempt at a task "${given.task}" is in ${place.artifacts}; labels are those that a run prints`,
        })
      }
      for (const attempt of attempts) {
        if (given.json) {
          print(JSON.stringify(attempt))
          continue
        }
        const { run, started, seconds, outcome, error, log } = attempt
        print(
          `${outcome} in run ${run}, ${started}, ${duration(seconds)}${error === null ? "" : `: ${error.message}`}`,
        )
        print(log === "" ? "  (it printed nothing)" : log.trimEnd().replace(/^/gm, "  "))
      }
    }).pipe(Effect.provide(artifactLayer(place.artifacts)))
  }).pipe(Command.withDescription("Prints what the latest attempts at a task printed"))
