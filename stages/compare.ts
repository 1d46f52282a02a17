// `compare`: whether cells or models truly differ, with the tests that a course should teach. It never chooses.
import * as Schema from "effect/Schema"
import { form, many, stage } from "refold"
import { decodeLabels } from "../ml/data/examples.ts"
import { correctedResampledT } from "../ml/statistics/corrected-resampled-t.ts"
import { holm } from "../ml/statistics/holm.ts"
import { mcnemarExact, pairedCounts } from "../ml/statistics/mcnemar.ts"
import { mean } from "../ml/statistics/moments.ts"

const Candidate = Schema.Record({ key: Schema.String, value: Schema.Union(Schema.Number, Schema.String) })

export const compare = stage("compare", {
  doc: "Tests whether cells differ from the best one, or two models from each other",
  forms: {
    /** Every cell against the best, paired by fold: corrected resampled t, p adjusted by Holm. */
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
        const means = scores.map(mean)
        const best = means.indexOf(Math.max(...means))
        const others = scores.map((_, cell) => cell).filter((cell) => cell !== best)
        const tests = others.map((cell) =>
          correctedResampledT(
            scores[best]!.map((score, fold) => score - scores[cell]![fold]!),
            { test, train },
          ),
        )
        const adjusted = holm(tests.map(({ p }) => p))
        return {
          comparisons: others.map((cell, at) => {
            const { difference, standardError, t, degreesOfFreedom, p, interval } = tests[at]!
            return {
              ...cells[cell]!.candidate,
              "best − this": difference,
              "corrected s.e.": standardError,
              low: interval.low,
              high: interval.high,
              t,
              df: degreesOfFreedom,
              p,
              "p (Holm)": adjusted[at]!,
              ...(stoppedEarly
                ? { note: "optimistic: the fold's validation part also stopped its training" }
                : {}),
            }
          }),
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
