// `runs`: the history of runs on this store, newest first.
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { History } from "../ledger/history.ts"
import { textTable } from "../report/readers/table.ts"
import { readingLayer } from "../session/place.ts"
import { type CommandContext, placeOf } from "./context.ts"
import { artifacts, exp, json } from "./options.ts"
import { print } from "./output.ts"

/** Runs that are shown. */
const shown = 20

export const runsCommand = (context: CommandContext) =>
  Command.make("runs", { exp: Options.optional(exp), artifacts, json }, (given) => {
    const place = placeOf(context, given)
    return Effect.gen(function* () {
      const history = yield* History
      const runs = history.runs(Option.getOrUndefined(given.exp), shown)
      if (given.json) {
        for (const run of runs) print(JSON.stringify(run))
        return
      }
      if (runs.length === 0)
        return print(
          `no runs${Option.isSome(given.exp) ? ` of "${given.exp.value}"` : ""} in ${place.artifacts} yet`,
        )
      const rows = runs.map(({ id, experiment, started, outcome, commit, dirty, numerics }) => ({
        run: id,
        experiment,
        started: started.slice(0, 16).replace("T", " "),
        outcome: outcome ?? "going on, or cut off",
        commit: commit === null ? null : `${commit.slice(0, 8)}${dirty === true ? " + changes" : ""}`,
        ...(runs.some((run) => run.numerics !== null) ? { "not bit-exact": numerics } : {}),
      }))
      print(textTable(rows))
    }).pipe(Effect.provide(readingLayer(place.artifacts)))
  }).pipe(Command.withDescription("Lists the runs on this store, newest first"))
