// Beyond one grid: every trial of a search trained to the end, and successive halving over the same trials.
import * as Schema from "effect/Schema"
import { experiment } from "refold"
import { hyperparameters } from "./parts/hyperparameters.ts"
import { count, curveExamples, dataset, seed, validation } from "./parts/params.ts"

export default experiment(
  "hyperparameters",
  {
    search: Schema.Literal("random", "grid").annotations({
      default: "random",
      description:
        "random: seeded trials, of which a larger budget keeps all; grid: every combination of a few values",
    }),
    budget: Schema.Int.pipe(Schema.between(1, 10_000)).annotations({
      default: 9,
      description: "trials of the random search",
    }),
    folds: Schema.Int.pipe(Schema.greaterThanOrEqualTo(2)).annotations({
      default: 3,
      description: "folds of the cross-validation",
    }),
    examples: Schema.Union(Schema.Int.pipe(Schema.positive()), Schema.Literal("all")).annotations({
      default: 5000,
      description: "examples that the search takes, stratified; or all",
    }),
    epochs: count(18, "epochs of a trial that is trained to the end"),
    leastEpochs: count(3, "epochs after which successive halving first drops trials"),
    eta: Schema.Int.pipe(Schema.greaterThanOrEqualTo(2)).annotations({
      default: 2,
      description: "one of eta trials goes on at each rung, for eta times the epochs",
    }),
    finalists: count(3, "trials that successive halving trains to the end"),
    finalEpochs: count(15, "epochs of the final training, fixed beforehand"),
    dataset: dataset(),
    validation,
    curveExamples,
    seed,
  },
  hyperparameters,
  "Learning rate, batch size, dropout by layer, filters, optimizer and weight decay: random search or a grid, and successive halving",
)
