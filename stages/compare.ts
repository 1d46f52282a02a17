// `compare`: whether cells or models truly differ, with the tests that a course should teach. It never chooses.
import * as Schema from "effect/Schema"
import { form, many, stage } from "refold"
import {
  comparedWithBest,
  decodeIndices,
  decodeLabels,
  mcnemarExact,
  pairedCounts,
  studentTwoSided,
  summary,
} from "refold/ml"

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
        /** What is compared: the name of a metric, and whether more of it is better. */
        metric: Schema.optionalWith(Schema.NonEmptyString, { default: () => "accuracy" }),
        better: Schema.optionalWith(Schema.Literal("higher", "lower"), { default: () => "higher" as const }),
        /** Whether a fold's own validation part also stopped its training: then its accuracy is optimistic. */
        stoppedEarly: Schema.Boolean,
      }),
      inputs: { metrics: many("metrics:validation") },
      outputs: { comparisons: "table:comparisons" },
      run: ({ params: { cells, test, train, metric, better, stoppedEarly }, inputs: { metrics } }) => {
        const sign = better === "higher" ? 1 : -1
        const scores = cells.map(({ folds }) => folds.map((name) => sign * found(metrics[name]!, metric)))
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
    /**
     * Every pair of finalists on the part that validates, image by image: the difference in cross-entropy, and in accuracy by
     * exact McNemar. Both p are times the number of pairs (Bonferroni), so that they hold whichever pair the choice puts forward.
     */
    finalists: form({
      params: Schema.Struct({
        /** Bound to the finalists. */
        finalists: Schema.NonEmptyArray(Candidate),
        /** Of each, the name of its predictions and losses. */
        names: Schema.NonEmptyArray(Schema.String),
        classes: Schema.Int.pipe(Schema.positive()),
      }),
      inputs: {
        targets: "array:train:targets",
        indices: "indices:validation",
        predictions: many("predictions:validation"),
        losses: many("losses:validation"),
      },
      outputs: { pairs: "table:comparisons" },
      run: ({ params: { finalists, names, classes }, inputs }) => {
        const all = decodeLabels(inputs.targets, classes)
        const truth = Uint8Array.from(decodeIndices(inputs.indices, all.length), (row) => all[row]!)
        const pairs = names.flatMap((_, second) =>
          names.slice(0, second).map((first) => comparePair(truth, inputs, [first, names[second]!])),
        )
        const ofAllPairs = (p: number | null) => (p === null ? null : Math.min(1, pairs.length * p))
        const told = (name: string) => candidateInWords(finalists[names.indexOf(name)]!)
        return {
          pairs: pairs.map(({ names: [first, second], loss, pLoss, onlyFirst, onlySecond, pAccuracy }) => ({
            first: told(first),
            second: told(second),
            "loss, first − second": loss.mean,
            "s.e.": loss.standardError,
            "p of the loss (all pairs)": ofAllPairs(pLoss),
            "accuracy, first − second": (onlyFirst - onlySecond) / truth.length,
            "right alone: first": onlyFirst,
            "right alone: second": onlySecond,
            "p of the accuracy (exact McNemar, all pairs)": ofAllPairs(pAccuracy),
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
      inputs: { targets: "array:test:targets", first: "predictions:test", second: "predictions:test" },
      outputs: { comparison: "table:summary", metrics: "metrics:comparison" },
      run: ({ params, inputs }) => {
        const labels = decodeLabels(inputs.targets, params.classes)
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

/** "dropout 0.2, filters 6, 16". */
const candidateInWords = (candidate: typeof Candidate.Type): string =>
  Object.entries(candidate)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")

/** @throws RangeError where there is no such metric */
function found(metrics: Readonly<Record<string, number>>, name: string): number {
  const value = metrics[name]
  if (value !== undefined) return value
  throw new RangeError(`there is no metric "${name}": compare one of ${Object.keys(metrics).join(", ")}`)
}

interface OnValidation {
  readonly predictions: Readonly<Record<string, Uint8Array>>
  readonly losses: Readonly<Record<string, Uint8Array>>
}

/** Two models on the same images, paired. */
function comparePair(truth: Uint8Array, on: OnValidation, names: readonly [string, string]) {
  const [first, second] = names
  const counts = pairedCounts(truth, on.predictions[first]!, on.predictions[second]!)
  const [ours, theirs] = names.map((name) => new Float32Array(on.losses[name]!.slice().buffer))
  const loss = summary(Array.from(ours!, (loss, at) => loss - theirs![at]!))
  const t = loss.standardError ? loss.mean / loss.standardError : null
  const pLoss = t === null ? (loss.mean === 0 ? 1 : null) : studentTwoSided(t, loss.n - 1)
  return { names, loss, pLoss, pAccuracy: mcnemarExact(counts), ...counts }
}
