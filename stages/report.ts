// `report`: what a search cost and found, told in tables. It never chooses.
import * as Schema from "effect/Schema"
import { form, many, stage } from "refold"
import {
  differencesOf,
  meansOf,
  overfitting,
  type ShiftCount,
  shiftMetrics,
  shiftRow,
  studentQuantile,
  summary,
} from "refold/ml"

const Candidate = Schema.Record({ key: Schema.String, value: Schema.Union(Schema.Number, Schema.String) })

export const report = stage("report", {
  doc: "Tells in tables what searches cost and found, how much cells overfit, and what a choice is worth over seeds",
  forms: {
    /** How far each cell's validation loss has risen again by its last epoch. */
    overfitting: form({
      params: Schema.Struct({
        cells: Schema.NonEmptyArray(
          Schema.Struct({ candidate: Candidate, folds: Schema.NonEmptyArray(Schema.String) }),
        ),
        /** Examples that each fold's training was validated and trained on: their ratio corrects for overlap. */
        test: Schema.Number.pipe(Schema.positive()),
        train: Schema.Number.pipe(Schema.positive()),
      }),
      inputs: { curves: many("table:curve") },
      outputs: { overfitting: "table:summary" },
      run: ({ params: { cells, ...sizes }, inputs: { curves } }) => ({
        overfitting: cells.map(({ candidate, folds }) => {
          const losses = folds.map((name) =>
            curves[name]!.map(({ validationLoss }) => Number(validationLoss)),
          )
          const { turn, lowest, last, rise, standardError } = overfitting(losses, sizes)
          return {
            ...candidate,
            "validation loss lowest after epoch": turn,
            lowest,
            "at the end": last,
            rise,
            "corrected s.e.": standardError,
            "rise / s.e.": standardError === 0 ? null : rise / standardError,
          }
        }),
      }),
    }),
    /** What a choice is worth: over seeds, the test accuracy of what was chosen beside that of what it was chosen over. */
    seeds: form({
      params: Schema.Struct({
        seeds: Schema.NonEmptyArray(Schema.Int),
        /** What the choice is compared with, in words. */
        beside: Schema.String,
      }),
      inputs: { choices: many("value"), chosen: many("metrics:test"), beside: many("metrics:test") },
      outputs: { seeds: "table:summary", metrics: "metrics:comparison" },
      run: ({ params: { seeds, beside: name }, inputs: { choices, chosen, beside } }) => {
        const rows = seeds.map((seed) => {
          const [ours, theirs] = [chosen[`${seed}`]!.accuracy!, beside[`${seed}`]!.accuracy!]
          const choice = choices[`${seed}`] as typeof Candidate.Type
          return { seed, ...choice, "test accuracy": ours, [name]: theirs, difference: ours - theirs }
        })
        const differences = summary(rows.map(({ difference }) => difference))
        const half =
          differences.standardError === null
            ? 0
            : studentQuantile(0.975, differences.n - 1) * differences.standardError
        return {
          seeds: rows,
          metrics: {
            "chosen.mean": summary(rows.map((row) => row["test accuracy"])).mean,
            "beside.mean": summary(seeds.map((seed) => beside[`${seed}`]!.accuracy!)).mean,
            difference: differences.mean,
            "difference.low": differences.mean - half,
            "difference.high": differences.mean + half,
            seeds: differences.n,
          },
        }
      },
    }),
    /** Networks on moved images: means over the trainings from several seeds, and the others' differences from the first, seed by seed. */
    shifts: form({
      params: Schema.Struct({
        runs: Schema.NonEmptyArray(
          Schema.Struct({ network: Schema.String, seed: Schema.Int, name: Schema.String }),
        ),
      }),
      inputs: { shifts: many("table:shifts") },
      outputs: { shifts: "table:summary", differences: "table:summary", metrics: "metrics:comparison" },
      run: ({ params, inputs: { shifts } }) => {
        const runs = params.runs.map(({ network, seed, name }) => ({
          ...{ network, seed, counts: shifts[name] as unknown as ReadonlyArray<ShiftCount> },
        }))
        const names = [...new Set(runs.map(({ network }) => network))]
        const of = (name: string) => runs.filter(({ network }) => network === name)
        const [first, ...others] = names
        return {
          shifts: names.flatMap((network) =>
            meansOf(of(network)).map((means) => ({ network, ...shiftRow(means) })),
          ),
          differences: others.flatMap((network) =>
            differencesOf(of(first!), of(network)).map((means) => ({
              of: `${network} − ${first}`,
              ...shiftRow(means),
            })),
          ),
          metrics: Object.fromEntries(
            names.flatMap((network) => shiftMetrics(network, meansOf(of(network)))),
          ),
        }
      },
    }),
    searches: form({
      params: Schema.Struct({
        methods: Schema.NonEmptyArray(
          Schema.Struct({
            name: Schema.String,
            /** Trained in all, over folds; of halving, the rungs go on where the ones before ended. */
            epochs: Schema.Int.pipe(Schema.positive()),
            /** The cells that it trained to the end: the names of their metrics. */
            cells: Schema.Array(Schema.NonEmptyArray(Schema.String)).pipe(Schema.minItems(1)),
          }),
        ),
      }),
      inputs: { metrics: many("metrics:validation") },
      outputs: { searches: "table:summary" },
      run: ({ params: { methods }, inputs: { metrics } }) => {
        const found = methods.map(({ cells }) =>
          cells
            .map((names) => summary(names.map((name) => metrics[name]!.accuracy!)))
            .reduce((best, cell) => (cell.mean > best.mean ? cell : best)),
        )
        const [reference] = found
        return {
          searches: methods.map(({ name, epochs }, at) => ({
            method: name,
            epochs,
            "share of the epochs": epochs / methods[0]!.epochs,
            accuracy: found[at]!.mean,
            "± s.e.": found[at]!.standardError,
            "within one s.e. of the first":
              found[at]!.mean >= reference!.mean - (reference!.standardError ?? 0) ? "yes" : "no",
          })),
        }
      },
    }),
  },
})
