// Which dropout rate? Cross-validated on a subset small enough that overfitting shows, then trained on all, tested once.
import * as Schema from "effect/Schema"
import { experiment } from "refold"
import { dropoutGrid } from "./parts/dropout-grid.ts"
import {
  batchSize,
  count,
  curveExamples,
  dataset,
  differ,
  learningRate,
  Rate,
  seed,
  validation,
} from "./parts/params.ts"

export const gridParams = {
  rates: Schema.NonEmptyArray(Rate)
    .pipe(Schema.filter(differ))
    .annotations({
      default: [0, 0.2, 0.4, 0.6],
      description: "dropout rates to try",
    }),
  folds: Schema.Int.pipe(Schema.greaterThanOrEqualTo(2)).annotations({
    default: 5,
    description: "folds of the cross-validation",
  }),
  examples: Schema.Union(Schema.Int.pipe(Schema.positive()), Schema.Literal("all")).annotations({
    default: 5000,
    description: "examples that the cross-validation takes, stratified; or all",
  }),
  epochs: count(40, "epochs of each cell"),
  finalEpochs: count(25, "epochs of the final training, fixed beforehand"),
  dataset: dataset(),
  validation,
  learningRate,
  batchSize,
  curveExamples,
  seed,
}

export default experiment(
  "dropout-grid",
  gridParams,
  dropoutGrid,
  "Dropout rates by cross-validation; the best one trained on all of the train part and tested once",
)
