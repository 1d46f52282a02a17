// The sex of a penguin from its measures: a cross-validated grid over baselines and dense networks, the best of each tested once.
import { Schema } from "effect"
import { bound, experiment } from "refold"
import { baseline, compare, evaluate, measure } from "refold/stages"
import { fittedBaseline, fittedNetwork } from "../parts/candidates.ts"
import { classes, penguins } from "../parts/data.ts"
import { grid } from "../parts/grid.ts"
import { pictures } from "../parts/pictures.ts"

const count = (value: number, description: string) =>
  Schema.Int.pipe(Schema.positive()).annotations({ default: value, description })

export default experiment(
  "penguins",
  {
    folds: count(5, "folds of the cross-validation"),
    epochs: count(40, "passes of a network over what it is fitted on"),
    seed: Schema.Int.annotations({ default: 1, description: "starts all that is random" }),
  },
  (p) => {
    const given = penguins(p.seed)
    const chosen = grid(given, p)
    const models = finalists(given, chosen, p)
    const { testTargets: targets } = given.table
    const { comparison } = compare.models(
      { first: "best baseline", second: "best network", classes: classes.length },
      { targets, first: models.simpleTest.predictions, second: models.denseTest.predictions },
    )
    return {
      data: given.table.facts,
      "cross-validation": chosen.all.scores,
      baseline: models.simpleTest,
      network: models.denseTest,
      comparison,
      charts: pictures(given, p.seed, models),
    }
  },
  "The sex of a penguin from its measures",
)

/** The best of each kind by the folds, fitted to all that may be fitted, and tested once. */
function finalists(
  given: ReturnType<typeof penguins>,
  chosen: ReturnType<typeof grid>,
  p: { readonly epochs: number; readonly seed: number },
) {
  const { testInputs: inputs, testTargets: targets } = given.table
  const [one, other] = [{ of: "baseline" }, { of: "network" }]
  const simple = fittedBaseline(given, given.parts, bound(chosen.baseline.choice, "baseline"), one)
  const dense = fittedNetwork(given, given.parts, bound(chosen.network.choice, "network"), p, "final", other)
  const { probabilities: bySimple } = baseline.testClasses(
    { classes },
    { inputs, targets, model: simple.model },
    { ...one, on: "test" },
  )
  const { probabilities: byDense } = evaluate.testProbabilities(
    {},
    { inputs, weights: dense.weights },
    { ...other, on: "test" },
  )
  return {
    simple,
    dense,
    simpleTest: measure.testClasses({ classes }, { targets, probabilities: bySimple }, one),
    denseTest: measure.testClasses({ classes }, { targets, probabilities: byDense }, other),
  }
}
