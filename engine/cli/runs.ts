// `runs`: the history of runs on this store, newest first, and what each takes there.
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { History } from "../ledger/history.ts"
import type { RunRecord } from "../ledger/records.ts"
import { counted } from "../report/readers/counted.ts"
import { sizeText } from "../report/readers/sizes.ts"
import { textTable } from "../report/readers/table.ts"
import { expectedInTurns } from "../session/expected.ts"
import { ledgerAndStore } from "../session/garbage/collect.ts"
import { type RunSize, type StoreSizes, storeSizes } from "../session/garbage/run-sizes.ts"
import { readingLayer } from "../session/place.ts"
import { type CommandContext, placeOf } from "./context.ts"
import { artifacts, exp, json } from "./options.ts"
import { print } from "./output.ts"

/** Runs that are shown. */
const shown = 20

export const runsCommand = (context: CommandContext) =>
  Command.make("runs", { exp: Options.optional(exp), artifacts, json }, (given) =>
    Effect.flatMap(placeOf(context, given), (place) =>
      Effect.gen(function* () {
        const history = yield* History
        const runs = history.runs(Option.getOrUndefined(given.exp), shown)
        if (runs.length === 0) {
          if (given.json) return
          return print(
            `no runs${Option.isSome(given.exp) ? ` of "${given.exp.value}"` : ""} in ${place.artifacts} yet`,
          )
        }
        const known = yield* ledgerAndStore
        // A store that cannot be read has a history all the same.
        const sizes = yield* Effect.option(expectedInTurns(() => storeSizes(known)))
        if (given.json) for (const run of runs) print(JSON.stringify({ ...run, ...sizeFields(run, sizes) }))
        else for (const text of runTexts(runs, sizes)) print(text)
      }).pipe(Effect.provide(readingLayer(place.artifacts))),
    ),
  ).pipe(Command.withDescription("Lists the runs on this store, newest first, with what their results take"))

const sizeFields = ({ id }: RunRecord, sizes: Option.Option<StoreSizes>) =>
  Option.match(sizes, {
    onNone: () => ({}),
    onSome: ({ runs, takes }) => ({ ...runs.get(id), store: takes }),
  })

function runTexts(runs: ReadonlyArray<RunRecord>, sizes: Option.Option<StoreSizes>): ReadonlyArray<string> {
  const sizeOf = (id: string, of: keyof RunSize): string | null =>
    Option.match(sizes, { onNone: () => null, onSome: ({ runs }) => sizeText(runs.get(id)?.[of] ?? 0) })
  const rows = runs.map(({ id, experiment, started, outcome, commit, dirty, numerics }) => ({
    run: id,
    experiment,
    started: started.slice(0, 16).replace("T", " "),
    outcome: outcome ?? "going on, or cut off",
    reaches: sizeOf(id, "reaches"),
    "it alone": sizeOf(id, "alone"),
    commit: commit === null ? null : `${commit.slice(0, 8)}${dirty === true ? " + changes" : ""}`,
    ...(runs.some((run) => run.numerics !== null) ? { "not bit-exact": numerics } : {}),
  }))
  const total = ({ artifacts, takes }: StoreSizes): string =>
    `the store: ${counted(artifacts, "artifact")}, ${sizeText(takes)}`
  return [textTable(rows), ...Option.toArray(Option.map(sizes, total))]
}
