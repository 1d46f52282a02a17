// `show`: where the results of an experiment's last finished run are, and its headline metrics.
import { join } from "node:path"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { History } from "../ledger/history.ts"
import type { RunRecord } from "../ledger/records.ts"
import { Results } from "../ledger/results.ts"
import { linesOf } from "../report/readers/plain.ts"
import { textTable } from "../report/readers/table.ts"
import { type Place, readingLayer } from "../session/place.ts"
import { type ResultsFile, readRunFolder, runFolder } from "../session/run-folder.ts"
import { type CommandContext, placeOf } from "./context.ts"
import { Refusal } from "./failures.ts"
import { artifacts, exp, json } from "./options.ts"
import { print } from "./output.ts"

/** Runs that are searched for one that was done. */
const searched = 1000

export const showCommand = (context: CommandContext) =>
  Command.make("show", { exp, artifacts, json }, (given) => {
    const place = placeOf(context, given)
    return Effect.gen(function* () {
      const shown = lastShown(yield* History, place, given.exp)
      if (shown === undefined)
        return yield* Effect.fail(
          new Refusal(
            "NoResults",
            `no finished run of "${given.exp}" is in ${place.artifacts}: run it with --exp ${given.exp}`,
          ),
        )
      if (given.json) print(jsonOf(shown))
      else for (const line of linesFor(shown, yield* Results)) print(line)
    }).pipe(Effect.provide(readingLayer(place.artifacts)))
  }).pipe(
    Command.withDescription(
      "Prints the headline metrics of the last finished run, and where its results are",
    ),
  )

interface Shown {
  readonly run: RunRecord
  readonly folder: string
  readonly found: ResultsFile
}

function lastShown(history: History["Type"], place: Place, experiment: string): Shown | undefined {
  const run = history
    .runs(experiment, searched)
    .find(({ outcome, folder }) => outcome === "done" && folder !== null)
  if (run === undefined) return undefined
  const folder = runFolder(place.artifacts, run.folder!)
  const found = readRunFolder(folder)
  return found === undefined ? undefined : { run, folder, found }
}

const outputsOf = ({ folder, found }: Shown) =>
  Object.fromEntries(
    Object.entries(found.outputs).map(([name, { kind, digest, file }]) => [
      name,
      { kind, digest, path: join(folder, file) },
    ]),
  )

const inexactOf = ({ inexact }: ResultsFile) => (inexact === undefined ? {} : { inexact })

function jsonOf(shown: Shown): string {
  const { run, found } = shown
  const { experiment, id } = run
  const { metrics } = found
  return JSON.stringify({ experiment, run: id, metrics, outputs: outputsOf(shown), ...inexactOf(found) })
}

function linesFor(shown: Shown, results: Results["Type"]): ReadonlyArray<string> {
  const { run, folder, found } = shown
  const { metrics, values, summaries } = found
  const told = linesOf({
    event: "results",
    experiment: run.experiment,
    run: run.id,
    folder,
    ...inexactOf(found),
    metrics,
    values,
    summaries,
    pictures: [],
  })
  const rows = Object.entries(outputsOf(shown)).map(([name, { kind, path }]) => ({
    result: name,
    kind,
    path,
  }))
  return [
    `${run.experiment}, run ${run.id} of ${run.started.slice(0, 16).replace("T", " ")} UTC`,
    ...told.slice(0, -2),
    textTable(rows, "  "),
    ...found.counted.map(
      ({ stage, role }) =>
        `\n  through ${stage} went ${results.distinctInputs(stage, role)} distinct ${role}, in this store so far`,
    ),
    `\n  all on one page: ${join(folder, "index.html")}`,
  ]
}
