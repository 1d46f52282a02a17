// `show`: where the results of an experiment's last finished run are, and its headline metrics.
import { join } from "node:path"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Digest } from "../content/digest.ts"
import type { Steps } from "../content/steps.ts"
import { paramDocs } from "../declare/params.ts"
import { History } from "../ledger/history.ts"
import type { RunRecord } from "../ledger/records.ts"
import { Results } from "../ledger/results.ts"
import { cellsOf } from "../report/groups/cells.ts"
import { comparedMarkdown } from "../report/readers/compared.ts"
import { someOf } from "../report/readers/counted.ts"
import { linesOf } from "../report/readers/plain.ts"
import { textTable } from "../report/readers/table.ts"
import { visibleInLine } from "../report/visible.ts"
import { inTurns } from "../run/turns.ts"
import { expectedInTurns } from "../session/expected.ts"
import { isWhole, restoreRunFolder } from "../session/folder/restore.ts"
import { type ResultsFile, readRunFolder } from "../session/folder/results-file.ts"
import { runFolder } from "../session/folder/run-folder.ts"
import { type Place, readingLayer } from "../session/place.ts"
import { Store } from "../store/store.ts"
import { type CommandContext, placeOf } from "./context.ts"
import { badUsage, Refusal, refusalOf } from "./failures.ts"
import { loadedExperiment, settled } from "./loading.ts"
import { against, artifacts, exp, json } from "./options.ts"
import { print } from "./output.ts"
import { type Table, tablesFor, usual } from "./show/choice.ts"
import { askedOf, groupOptions } from "./show/options.ts"
import { jsonOf as groupJson, linesOf as groupTable } from "./show/tables.ts"
import { showAgainst } from "./show-against.ts"

const markdown = Options.boolean("markdown").pipe(
  Options.withDescription("Prints the comparison of --against as Markdown, for a pull request"),
)

/** Runs that are searched for one that was done. */
const searched = 1000

const options = { exp, ...groupOptions, against: Options.optional(against), markdown, artifacts, json }

export const showCommand = (context: CommandContext) =>
  Command.make("show", options, (given) =>
    Effect.flatMap(placeOf(context, given), (place) =>
      Effect.gen(function* () {
        const asked = yield* Effect.try({ try: () => askedOf(given), catch: refusalOf })
        if (given.markdown && Option.isNone(given.against))
          return yield* Effect.fail(badUsage("--markdown goes with --against REF: it prints that comparison"))
        if (Option.isSome(given.against)) {
          if (asked !== undefined)
            return yield* Effect.fail(
              badUsage("--against compares headline metrics: it goes without --by, --metric and --curve"),
            )
          const compared = yield* showAgainst(place, given.exp, given.against.value)
          if (given.markdown) return print(comparedMarkdown(compared))
          if (given.json) return print(JSON.stringify(compared))
          for (const line of linesOf(compared)) print(line)
          return
        }
        const last = yield* lastShown(yield* History, place, given.exp)
        if (last === undefined)
          return yield* Effect.fail(
            new Refusal(
              "NoResults",
              `no finished run of "${given.exp}" is in ${place.artifacts}: run it with --exp ${given.exp}`,
            ),
          )
        if (asked !== undefined) {
          const { cells } = yield* measuredIn(last.run)
          const tables = yield* Effect.try({
            try: () => tablesFor(cells, asked, last.found.best),
            catch: refusalOf,
          })
          for (const line of given.json ? [groupsJson(last.run, tables)] : groupLines(last.run, tables))
            print(line)
          return
        }
        const store = yield* Store
        const found = yield* restored(context.root, last)
        const shown = { ...last, found: found ?? last.found }
        const isRestored = found !== undefined && (yield* inTurns(() => isStored(found, store)))
        if (given.json) return print(jsonOf(shown, store))
        const { cells } = yield* measuredIn(last.run)
        for (const line of linesFor(shown, yield* Results, store, usual(cells, shown.found.best))) print(line)
        if (!isRestored)
          print("  some of its files are missing, and cannot be made again here: run the experiment again")
      }).pipe(Effect.provide(readingLayer(place.artifacts))),
    ),
  ).pipe(
    Command.withDescription(
      "Prints the headline metrics of the last finished run, and where its results are; its cells in groups; or, with --against, its metrics beside those of a git ref",
    ),
  )

/** What the tasks of a run measured. */
const measuredIn = ({ id }: RunRecord) =>
  Effect.gen(function* () {
    const { tasks } = yield* History
    const { metrics } = yield* Results
    return yield* inTurns(() => cellsOf(tasks(id), metrics))
  })

interface Shown {
  readonly run: RunRecord
  /** The run that the folder was made by, if the history knows it. */
  readonly maker: RunRecord | undefined
  readonly folder: string
  readonly found: ResultsFile
}

const lastShown = (history: History["Type"], place: Place, experiment: string) =>
  Effect.gen(function* () {
    const runs = history.runs(experiment, searched)
    const run = runs.find(({ outcome, folder }) => outcome === "done" && folder !== null)
    if (run === undefined) return undefined
    const folder = runFolder(place.artifacts, run.folder!)
    const found = yield* inTurns(() => readRunFolder(folder))
    const maker = runs.find(({ id }) => id === run.folder)
    return found === undefined ? undefined : ({ run, maker, folder, found } satisfies Shown)
  })

/** Makes files of the folder again that were deleted. @returns what it holds; undefined where that cannot be done */
const restored = (root: string, { maker, folder, found }: Shown) =>
  Effect.gen(function* () {
    if (yield* inTurns(() => isWhole(folder, found))) return found
    if (maker === undefined) return undefined
    const loaded = yield* settled(loadedExperiment(root, maker.experiment))
    const about = Either.match(loaded, {
      onLeft: () => ({ doc: "", paramDocs: [] }),
      onRight: (experiment) => ({ doc: experiment.doc, paramDocs: paramDocs(experiment) }),
    })
    const kept = { store: yield* Store, results: yield* Results, history: yield* History }
    const writing = settled(expectedInTurns(() => restoreRunFolder(kept, folder, maker, found, about)))
    return Option.getOrUndefined(Either.getRight(yield* writing))
  })

/** Whether what has no copy is in the store. */
function* isStored({ outputs }: ResultsFile, store: Store["Type"]): Steps<boolean> {
  for (const { file, digest, size } of Object.values(outputs)) {
    yield
    if (file === undefined && !store.has(digest, size)) return false
  }
  return true
}

interface Told {
  readonly kind: string
  readonly digest: Digest
  /** Its copy, or the object where there is none. */
  readonly path: string
}

/** @param most how many of them */
const outputsOf = (
  { folder, found }: Shown,
  store: Store["Type"],
  most = Number.POSITIVE_INFINITY,
): ReadonlyArray<readonly [string, Told]> =>
  Object.entries(found.outputs)
    .slice(0, most)
    .map(([name, { kind, digest, file }]) => [
      name,
      { kind, digest, path: file === undefined ? store.path(digest) : join(folder, file) },
    ])

const headOf = ({ experiment, id, started }: RunRecord): string =>
  `${experiment}, run ${id} of ${started.slice(0, 16).replace("T", " ")} UTC`

const groupLines = (run: RunRecord, told: ReadonlyArray<Table>): ReadonlyArray<string> => [
  headOf(run),
  ...told.flatMap((table) => groupTable(table)),
]

const groupsJson = ({ experiment, id }: RunRecord, told: ReadonlyArray<Table>): string =>
  JSON.stringify({ experiment, run: id, tables: told.map(groupJson) })

/** What there is none of, and why. */
const notNeededLines = ({ notNeeded = { results: {}, tasks: {} } }: ResultsFile): ReadonlyArray<string> =>
  Object.entries(notNeeded.tasks).map(([why, labels]) => {
    const names = Object.keys(notNeeded.results).filter((name) => notNeeded.results[name] === why)
    return `\n  not needed, as ${visibleInLine(why)}: ${someOf([...names, ...labels])}`
  })

const inexactOf = ({ inexact }: ResultsFile) => (inexact === undefined ? {} : { inexact })

function jsonOf(shown: Shown, store: Store["Type"]): string {
  const { run, found } = shown
  const { experiment, id } = run
  const { metrics } = found
  return JSON.stringify({
    experiment,
    run: id,
    metrics,
    outputs: Object.fromEntries(outputsOf(shown, store)),
    ...inexactOf(found),
    ...(found.gates === undefined ? {} : { gates: found.gates }),
    ...(found.notNeeded === undefined ? {} : { notNeeded: found.notNeeded }),
  })
}

/** Results of which each has a line. */
const listed = 200

/** Of groups that were not asked for: tables, and rows of one. */
const usually = { tables: 8, rows: 12 }

function linesFor(
  shown: Shown,
  results: Results["Type"],
  store: Store["Type"],
  groups: ReadonlyArray<Table>,
): ReadonlyArray<string> {
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
  const outputs = outputsOf(shown, store, listed)
  const rows = outputs.map(([name, { kind, path }]) => ({ result: name, kind, path }))
  const left = Object.keys(found.outputs).length - rows.length
  return [
    headOf(run),
    ...told.slice(0, -2),
    ...(found.gates ?? []).flatMap((gate) => linesOf({ event: "gate", ...gate })),
    textTable(rows, "  "),
    ...notNeededLines(found),
    ...(left === 0
      ? []
      : [`  … and ${left} more: show --exp ${run.experiment} --json says where each of them is`]),
    ...(found.cells ?? []).map(({ file }) => `\n  a row for each cell: ${join(folder, file)}`),
    ...groups.slice(0, usually.tables).flatMap((told) => groupTable(told, usually.rows)),
    ...(groups.length === 0
      ? []
      : [
          `\n  ± is one standard error; show --exp ${run.experiment} --by AXIS[,AXIS] --metric NAME [--curve] tells more`,
        ]),
    ...found.counted.map(
      ({ stage, role }) =>
        `\n  through ${stage} went ${results.distinctInputs(stage, role)} distinct ${role}, in this store so far`,
    ),
    `\n  all on one page: ${join(folder, "index.html")}`,
  ]
}
