// `runs`: the history of runs on this store, newest first.
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Ledger } from "../ledger/ledger.ts"
import { textTable } from "../report/readers/table.ts"
import { artifactLayer } from "../session/session.ts"
import { artifacts, exp, json, placeOf, type Surroundings } from "./place.ts"
import { print } from "./report.ts"

/** Runs that are shown. */
const shown = 20

export const runsCommand = (around: Surroundings) =>
  Command.make("runs", { exp: Options.optional(exp), artifacts, json }, (given) => {
    const place = placeOf(around, given)
    return Effect.gen(function* () {
      const ledger = yield* Ledger
      const runs = ledger.runs(Option.getOrUndefined(given.exp), shown)
      if (given.json) {
        for (const run of runs) print(JSON.stringify(run))
        return
      }
      if (runs.length === 0) return print(`no runs in ${place.artifacts} yet`)
      const rows = runs.map(({ id, experiment, started, outcome, commit, dirty, numerics }) => ({
        run: id,
        experiment,
        started: started.slice(0, 16).replace("T", " "),
        outcome: outcome ?? "going on, or cut off",
        commit: commit === null ? null : `${commit.slice(0, 8)}${dirty === true ? " + changes" : ""}`,
        ...(runs.some((run) => run.numerics !== null) ? { "not bit-exact": numerics } : {}),
      }))
      print(textTable(rows))
    }).pipe(Effect.provide(artifactLayer(place.artifacts)))
  }).pipe(Command.withDescription("Lists the runs on this store, newest first"))
