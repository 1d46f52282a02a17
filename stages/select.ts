// `select`: cells of a search by their cross-validated accuracy. It cannot be handed test metrics.
import * as Schema from "effect/Schema"
import { form, many, stage } from "refold"
import { oneStandardError, summary, survivors } from "refold/ml"

/** What a cell tries, for tables: names and values. */
const Candidate = Schema.Record({ key: Schema.String, value: Schema.Union(Schema.Number, Schema.String) })
const Folds = Schema.NonEmptyArray(Schema.String)
/** What a cell's training is given: the params that are bound to the choice. */
const Settings = Schema.Record({ key: Schema.String, value: Schema.Unknown })

const Cells = Schema.NonEmptyArray(
  Schema.Struct({
    candidate: Candidate,
    /** Left out, the candidate itself. */
    settings: Schema.optionalWith(Settings, { exact: true }),
    /** The names of its metrics, one a fold. */
    folds: Folds,
  }),
)

/**
 * The best mean; or the simplest cell within one standard error of the best, by an order that the experiment declares: the
 * first hyper-parameter that differs decides.
 */
const Rule = Schema.Union(
  Schema.Literal("best"),
  Schema.Struct({
    oneStandardError: Schema.NonEmptyArray(
      Schema.Struct({ name: Schema.String, simpler: Schema.Literal("higher", "lower") }),
    ),
  }),
)

type MetricsByName = Readonly<Record<string, Readonly<Record<string, number>>>>

const accuracies = (metrics: MetricsByName, folds: ReadonlyArray<string>): ReadonlyArray<number> =>
  folds.map((name) => metrics[name]!.accuracy!)

export const select = stage("select", {
  doc: "Picks cells of a search by mean validation accuracy over the folds; the earliest declared on a tie",
  forms: {
    /** The one cell that is trained for good. */
    best: form({
      params: Schema.Struct({ cells: Cells, rule: Rule }),
      inputs: { metrics: many("metrics:validation") },
      outputs: { choice: "value", scores: "table:summary", folds: "table:folds" },
      run: async ({ params: { cells, rule }, inputs: { metrics } }) => {
        const means = cells.map(({ folds }) => summary(accuracies(metrics, folds)).mean)
        const best = means.indexOf(Math.max(...means))
        const chosen =
          rule === "best"
            ? best
            : oneStandardError(
                cells.map(({ candidate, folds }) => ({ candidate, scores: accuracies(metrics, folds) })),
                rule.oneStandardError,
              ).chosen
        const { candidate, settings } = cells[chosen]!
        return {
          choice: (settings ?? candidate) as Readonly<Record<string, never>>,
          scores: (await scoreTable(cells, metrics)).map((row, at) => ({
            ...row,
            chosen: at === chosen ? "◀" : "",
          })),
          folds: foldTable(cells, metrics),
        }
      },
    }),
    /** Those that are confirmed at full size: some in any case, then the best of the others by cross-validation. */
    finalists: form({
      params: Schema.Struct({
        cells: Cells,
        /** Confirmed whatever their scores, first and in this order. */
        always: Schema.Array(Candidate),
        /** How many of the others, the best first. */
        keep: Schema.NonNegativeInt,
      }),
      inputs: { metrics: many("metrics:validation") },
      outputs: { finalists: "value", scores: "table:summary", folds: "table:folds" },
      run: async ({ params: { cells, always, keep }, inputs: { metrics } }) => {
        const isAlways = ({ candidate }: Cell) => always.some((given) => isSame(given, candidate))
        const means = cells.map(({ folds }) => summary(accuracies(metrics, folds)).mean)
        const others = cells.map((_, at) => at).filter((at) => !isAlways(cells[at]!))
        const best = others.sort((a, b) => means[b]! - means[a]! || a - b).slice(0, keep)
        const scores = await scoreTable(cells, metrics)
        return {
          finalists: [...always, ...best.map((at) => cells[at]!.candidate)] as never,
          scores: scores.map((row, at) => ({
            ...row,
            "confirmed at full size": isAlways(cells[at]!) ? "in any case" : best.includes(at) ? "yes" : "",
          })),
          folds: foldTable(cells, metrics),
        }
      },
    }),
    /** Of finalists that were each trained once, at full size: the most accurate on the whole validation part, the first on a tie. */
    confirmed: form({
      params: Schema.Struct({
        /** Bound to the finalists. */
        finalists: Schema.NonEmptyArray(Candidate),
        /** Of each, the name of its metrics. */
        names: Schema.NonEmptyArray(Schema.String),
      }),
      inputs: { metrics: many("metrics:validation") },
      outputs: { choice: "value", scores: "table:summary" },
      run: ({ params: { finalists, names }, inputs: { metrics } }) => {
        const found = names.map((name) => metrics[name]!)
        const best = found.reduce(
          (best, { accuracy }, at) => (accuracy! > found[best]!.accuracy! ? at : best),
          0,
        )
        return {
          choice: finalists[best] as Readonly<Record<string, never>>,
          scores: finalists.map((candidate, at) => ({
            ...candidate,
            accuracy: found[at]!.accuracy!,
            "accuracy.low": found[at]!["accuracy.low"]!,
            "accuracy.high": found[at]!["accuracy.high"]!,
            loss: found[at]!.loss!,
            examples: found[at]!.examples!,
            chosen: at === best ? "◀" : "",
          })),
        }
      },
    }),
    /** Those that go on to the next rung of successive halving, in their order. */
    survivors: form({
      params: Schema.Struct({
        /** What the trials are; bound to the survivors of the rung before. */
        trials: Schema.Array(Schema.Struct({ candidate: Candidate, settings: Settings })),
        /** Of each trial, the names of its metrics. */
        folds: Schema.NonEmptyArray(Folds),
        keep: Schema.Int.pipe(Schema.positive()),
      }),
      inputs: { metrics: many("metrics:validation") },
      outputs: { survivors: "value", scores: "table:rung" },
      run: ({ params: { trials, folds, keep }, inputs: { metrics } }) => {
        const scores = folds.map((names) => summary(accuracies(metrics, names)))
        const kept = survivors(
          scores.map(({ mean }) => mean),
          keep,
        )
        return {
          survivors: kept.map((at) => trials[at]!) as never,
          scores: trials.map(({ candidate }, at) => ({
            ...candidate,
            accuracy: scores[at]!.mean,
            "± s.e.": scores[at]!.standardError,
            "goes on": kept.includes(at) ? "yes" : "",
          })),
        }
      },
    }),
  },
})

type Cell = (typeof Cells.Type)[number]

const isSame = (a: typeof Candidate.Type, b: typeof Candidate.Type): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, value]) => b[name] === value)

const foldTable = (cells: ReadonlyArray<Cell>, metrics: MetricsByName) =>
  cells.flatMap(({ candidate, folds }) =>
    folds.map((name, fold) => ({
      ...candidate,
      fold: fold + 1,
      accuracy: metrics[name]!.accuracy!,
      loss: metrics[name]!.loss!,
    })),
  )

/** Mean ± standard error by cell; the standard errors are approximate, as training sets overlap. */
async function scoreTable(cells: ReadonlyArray<Cell>, metrics: MetricsByName) {
  const aq = await import("arquero")
  const rows = cells.flatMap(({ folds }, cell) =>
    folds.map((name) => ({ cell, accuracy: metrics[name]!.accuracy!, loss: metrics[name]!.loss! })),
  )
  const byCell = aq.from(rows).groupby("cell").objects({ grouped: "map" }) as unknown as Map<
    number,
    typeof rows
  >
  return cells.map(({ candidate }, cell) => {
    const folds = byCell.get(cell)!
    const accuracy = summary(folds.map((row) => row.accuracy))
    return {
      ...candidate,
      accuracy: accuracy.mean,
      "± s.e.": accuracy.standardError,
      loss: summary(folds.map((row) => row.loss)).mean,
      folds: folds.length,
    }
  })
}
