// The sex of a penguin from its measures: cleaned here, fitted by scikit-learn over a grid and folds, compared here.
import { Schema } from "effect"
import { bound, experiment, file } from "refold"
import { compare, select, visualize } from "refold/stages"
import { candidates, settingOf } from "../parts/candidates.ts"
import { clean } from "../stages/clean.ts"
import { fit } from "../stages/fit.ts"
import { part } from "../stages/part.ts"
import { score } from "../stages/score.ts"

const target = "sex"
const classes = ["female", "male"]
const numbers = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]

export default experiment(
  "penguins",
  {
    folds: Schema.Int.pipe(Schema.greaterThanOrEqualTo(2)).annotations({
      default: 5,
      description: "folds of the cross-validation",
    }),
    seed: Schema.Int.annotations({ default: 1, description: "starts all that is random" }),
  },
  ({ folds, seed }) => {
    const { rows, counts } = clean({ numbers }, { raw: file("data/penguins.csv") })
    const parts = part.test({ target, classes, share: 0.25, seed }, { rows })
    const numbered = Array.from({ length: folds }, (_, i) => i + 1)
    const parted = numbered.map((fold) =>
      part.fold({ target, classes, folds, fold, seed }, { rows: parts.fit }, { fold }),
    )

    // Each candidate on each fold: fitted in Python, scored here.
    const cells = candidates.map((estimator) => {
      const candidate = { model: estimator.model, setting: settingOf(estimator) }
      const axes = { model: plain(candidate.model), setting: plain(candidate.setting) }
      const fits = parted.map((given, i) => {
        const at = { ...axes, fold: i + 1 }
        const { predictions, model } = fit({ estimator, target, seed }, given, at)
        const { metrics } = score.validation({ target, classes }, { predictions }, at)
        return {
          name: `${axes.model}-${axes.setting}-fold-${i + 1}`,
          predictions,
          model,
          metrics,
        }
      })
      return { estimator, candidate, folds: fits.map(({ name }) => name), fits }
    })
    const fits = cells.flatMap(({ fits }) => fits)
    const metrics = Object.fromEntries(fits.map(({ name, metrics }) => [name, metrics]))
    const tried = cells.map(({ candidate, folds }) => ({ candidate, folds }))

    // Paired by fold: the corrected resampled t of Nadeau and Bengio, whose variance allows for folds that share what they were fitted to.
    const { choice, scores } = select.best(
      {
        cells: cells.map(({ estimator, candidate, folds }) => ({
          candidate,
          settings: { estimator, candidate },
          folds,
        })) as never,
        rule: "best",
      },
      { metrics },
    )
    const { comparisons } = compare.cells(
      {
        cells: cells.map(({ candidate: { model, setting }, folds }) => ({
          candidate: { model: `${model}, ${setting}` },
          folds,
        })) as never,
        test: 1,
        train: folds - 1,
        stoppedEarly: false,
      },
      { metrics },
    )

    // The best by the folds, fitted to all of them and tested once.
    const final = fit({ estimator: bound(choice, "estimator"), target, seed }, parts, { final: "yes" })
    const test = score.test({ target, classes }, { predictions: final.predictions })
    return {
      rows: counts,
      "cross-validation": scores,
      comparisons,
      test: test.metrics,
      model: final.model,
      predictions: final.predictions,
      folds: Object.fromEntries(fits.map(({ name, predictions, model }) => [name, { predictions, model }])),
      charts: {
        candidates: visualize.trials(
          {
            title: "Accuracy by candidate",
            subtitle: `Mean over ${folds} folds ± one standard error, and each fold`,
            trials: tried as never,
            chosen: bound(choice, "candidate"),
          },
          { metrics },
          { chart: "candidates" },
        ),
        differences: visualize.differences(
          {
            title: "The best candidate against each other one",
            subtitle: `Paired over ${folds} folds, with 95 % intervals that hold for all pairs at once`,
          },
          { comparisons },
          { chart: "differences" },
        ),
        roc: visualize.roc(
          {
            title: "ROC curve",
            subtitle: "The best of the cross-validation, on the penguins to test on",
          },
          { roc: { chosen: test.roc } },
          { chart: "roc" },
        ),
      },
    }
  },
  "The sex of a penguin from its measures, by scikit-learn",
)

/** As labels of tasks have it. */
const plain = (text: string): string => text.replaceAll(" ", "-")
