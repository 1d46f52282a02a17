// `compare`: whether cells or models truly differ, with the tests that a course should teach. It never chooses.
import * as Schema from "effect/Schema"
import { form, many, stage } from "refold"
import { decodeLabels } from "../ml/data/examples.ts"
import { comparedWithBest } from "../ml/statistics/compared-with-best.ts"
import { mcnemarExact, pairedCounts } from "../ml/statistics/mcnemar.ts"

const Candidate = Schema.Record({ key: Schema.String, value: Schema.Union(Schema.Number, Schema.String) })

export const compare = stage("compare", {
  doc: "Tests whether cells differ from the best one, or two models from each other",
  forms: {
    /** Every cell against the best, paired by fold: corrected resampled t; p and interval allow for all pairs of cells. */
    cells: form({
      params: Schema.Struct({
        cells: Schema.NonEmptyArray(
          Schema.Struct({ candidate: Candidate, folds: Schema.NonEmptyArray(Schema.String) }),
        ),
        /** Examples that each fold's training was tested and trained on: their ratio corrects for overlap. */
        test: Schema.Number.pipe(Schema.positive()),
        train: Schema.Number.pipe(Schema.positive()),
        /** Whether a fold's own validation part also stopped its training: then its accuracy is optimistic. */
        stoppedEarly: Schema.Boolean,
      }),
      inputs: { metrics: many("metrics:validation") },
      outputs: { comparisons: "table:comparisons" },
      run: ({ params: { cells, test, train, stoppedEarly }, inputs: { metrics } }) => {
        const scores = cells.map(({ folds }) => folds.map((name) => metrics[name]!.accuracy!))
        const { others } = comparedWithBest(scores, { test, train })
        return {
          comparisons: others.map(({ cell, ...found }) => ({
            ...cells[cell]!.candidate,
            "best − this": found.difference,
            "corrected s.e.": found.standardError,
            "low (all pairs)": found.interval.low,
            "high (all pairs)": found.interval.high,
            t: found.t,
            df: found.degreesOfFreedom,
            p: found.p,
            "p (all pairs)": found.pOfAllPairs,
            ...(stoppedEarly
              ? { note: "optimistic: the fold's validation part also stopped its training" }
              : {}),
          })),
        }
      },
    }),
    /** Two models that were named beforehand, on the test set: exact McNemar. */
    models: form({
      params: Schema.Struct({
        first: Schema.String,
        second: Schema.String,
        classes: Schema.Int.pipe(Schema.positive()),
      }),
      inputs: { labels: "idx:test:labels", first: "predictions:test", second: "predictions:test" },
      outputs: { comparison: "table:summary", metrics: "metrics:comparison" },
      run: ({ params, inputs }) => {
        const labels = decodeLabels(inputs.labels, params.classes)
        const counts = pairedCounts(labels, inputs.first, inputs.second)
        const { both, onlyFirst, onlySecond, neither } = counts
        const p = mcnemarExact(counts)
        const total = labels.length
        return {
          comparison: [
            {
              model: params.first,
              accuracy: (both + onlyFirst) / total,
              "right alone": onlyFirst,
              "p (exact McNemar)": p,
            },
            {
              model: params.second,
              accuracy: (both + onlySecond) / total,
              "right alone": onlySecond,
              "p (exact McNemar)": null,
            },
          ],
          metrics: { both, onlyFirst, onlySecond, neither, p },
        }
      },
    }),
  },
})
