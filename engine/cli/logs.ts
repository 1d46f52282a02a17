// `logs TASK`: what the latest attempts at a task printed, and how they ended.
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import type { TaskLabel } from "../content/digest.ts"
import { History } from "../ledger/history.ts"
import { errorLines, messageLines } from "../report/readers/errors.ts"
import { duration } from "../report/readers/reasons.ts"
import { artifactLayer } from "../session/place.ts"
import { type CommandContext, placeOf } from "./context.ts"
import { badUsage } from "./failures.ts"
import { artifacts, json } from "./options.ts"
import { print } from "./output.ts"

const task = Args.text({ name: "TASK" }).pipe(Args.withDescription("A task's label"))

/** Attempts that are shown, newest first. */
const shown = 3

export const logsCommand = (context: CommandContext) =>
  Command.make("logs", { task, artifacts, json }, (given) => {
    const place = placeOf(context, given)
    return Effect.gen(function* () {
      const history = yield* History
      const attempts = history.attempts(given.task as TaskLabel).slice(0, shown)
      if (attempts.length === 0) {
        return yield* Effect.fail(
          badUsage(
            `no attempt at a task "${given.task}" is in ${place.artifacts}; labels are those that a run prints`,
          ),
        )
      }
      for (const attempt of attempts) {
        if (given.json) {
          print(JSON.stringify(attempt))
          continue
        }
        const { run, started, seconds, outcome, error, log } = attempt
        const head = `${outcome} in run ${run}, ${started}, ${duration(seconds)}`
        const why = error === null ? [head] : messageLines(error, `${head}: `, "  ")
        for (const line of [...why, ...(error === null ? [] : errorLines(error, "  "))]) print(line)
        print(log === "" ? "  (it printed nothing)" : log.trimEnd().replace(/^/gm, "  "))
      }
    }).pipe(Effect.provide(artifactLayer(place.artifacts)))
  }).pipe(Command.withDescription("Prints what the latest attempts at a task printed"))
