// `show`: where the results of an experiment's last finished run are, and its headline metrics.
import { join } from "node:path"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { Ledger } from "../ledger/ledger.ts"
import { linesOf } from "../report/readers/plain.ts"
import { textTable } from "../report/readers/table.ts"
import { runFolder } from "../session/present.ts"
import { readResults } from "../session/run-folder.ts"
import { artifactLayer } from "../session/session.ts"
import { Refusal } from "./failure.ts"
import { artifacts, exp, json, placeOf, type Surroundings } from "./place.ts"
import { print } from "./report.ts"

export const showCommand = (around: Surroundings) =>
  Command.make("show", { exp, artifacts, json }, (given) => {
    const place = placeOf(around, given)
    return Effect.gen(function* () {
      const ledger = yield* Ledger
      const done = ledger.runs(given.exp, 1000).find((run) => run.outcome === "done" && run.folder !== null)
      const folder = done === undefined ? undefined : runFolder(place, done.folder!)
      const results = folder === undefined ? undefined : readResults(folder)
      if (done === undefined || folder === undefined || results === undefined) {
        return yield* new Refusal({
          tag: "NoResults",
          message: `no finished run of "${given.exp}" is in ${place.artifacts}: run it with --exp ${given.exp}`,
        })
      }
      const outputs = Object.fromEntries(
        Object.entries(results.outputs).map(([name, { kind, digest, file }]) => [
          name,
          { kind, digest, path: join(folder, file) },
        ]),
      )
      const inexact = results.inexact === undefined ? {} : { inexact: results.inexact }
      if (given.json)
        return print(
          JSON.stringify({
            experiment: given.exp,
            run: done.id,
            metrics: results.metrics,
            outputs,
            ...inexact,
          }),
        )
      print(`${given.exp}, run ${done.id} of ${done.started.slice(0, 16).replace("T", " ")} UTC`)
      const { metrics, values, summaries } = results
      for (const line of linesOf({
        event: "results",
        experiment: given.exp,
        run: done.id,
        folder,
        ...inexact,
        metrics,
        values,
        summaries,
        pictures: [],
      }).slice(0, -2))
        print(line)
      print(
        textTable(
          Object.entries(outputs).map(([name, { kind, path }]) => ({ result: name, kind, path })),
          "  ",
        ),
      )
      for (const { stage, role } of results.counted) {
        print(
          `\n  through ${stage} went ${ledger.distinctInputs(stage, role)} distinct ${role}, in this store so far`,
        )
      }
      print(`\n  all on one page: ${join(folder, "index.html")}`)
    }).pipe(Effect.provide(artifactLayer(place.artifacts)))
  }).pipe(
    Command.withDescription(
      "Prints the headline metrics of the last finished run, and where its results are",
    ),
  )
