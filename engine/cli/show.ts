// `show`: where the results of an experiment's last finished run are, and its headline metrics.
import { join } from "node:path"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { History } from "../ledger/history.ts"
import { Results } from "../ledger/results.ts"
import { linesOf } from "../report/readers/plain.ts"
import { textTable } from "../report/readers/table.ts"
import { artifactLayer } from "../session/place.ts"
import { runFolder } from "../session/present.ts"
import { readRunFolder } from "../session/run-folder.ts"
import { Refusal } from "./failures.ts"
import { artifacts, exp, json } from "./options.ts"
import { print } from "./output.ts"
import { type Program, placeOf } from "./program.ts"

/** Runs that are searched for one that was done. */
const searched = 1000

export const showCommand = (program: Program) =>
  Command.make("show", { exp, artifacts, json }, (given) => {
    const place = placeOf(program, given)
    return Effect.gen(function* () {
      const history = yield* History
      const results = yield* Results
      const done = history
        .runs(given.exp, searched)
        .find((run) => run.outcome === "done" && run.folder !== null)
      const folder = done === undefined ? undefined : runFolder(place, done.folder!)
      const found = folder === undefined ? undefined : readRunFolder(folder)
      if (done === undefined || folder === undefined || found === undefined) {
        return yield* Effect.fail(
          new Refusal(
            "NoResults",
            `no finished run of "${given.exp}" is in ${place.artifacts}: run it with --exp ${given.exp}`,
          ),
        )
      }
      const outputs = Object.fromEntries(
        Object.entries(found.outputs).map(([name, { kind, digest, file }]) => [
          name,
          { kind, digest, path: join(folder, file) },
        ]),
      )
      const inexact = found.inexact === undefined ? {} : { inexact: found.inexact }
      if (given.json)
        return print(
          JSON.stringify({
            experiment: given.exp,
            run: done.id,
            metrics: found.metrics,
            outputs,
            ...inexact,
          }),
        )
      print(`${given.exp}, run ${done.id} of ${done.started.slice(0, 16).replace("T", " ")} UTC`)
      const { metrics, values, summaries } = found
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
      for (const { stage, role } of found.counted) {
        print(
          `\n  through ${stage} went ${results.distinctInputs(stage, role)} distinct ${role}, in this store so far`,
        )
      }
      print(`\n  all on one page: ${join(folder, "index.html")}`)
    }).pipe(Effect.provide(artifactLayer(place.artifacts)))
  }).pipe(
    Command.withDescription(
      "Prints the headline metrics of the last finished run, and where its results are",
    ),
  )
