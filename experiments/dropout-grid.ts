// Which dropout rate? Cross-validated on a subset small enough that overfitting shows, the best confirmed on all, tested once.
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

const Filters = Schema.Int.pipe(Schema.positive())

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
    default: 2000,
    description: "examples that the cross-validation takes, stratified; or all",
  }),
  epochs: count(36, "epochs of each cell, over which its learning rate comes down to 0"),
  finalists: count(2, "the best rates by cross-validation that are confirmed at full size, beside rate 0"),
  finalEpochs: count(12, "epochs of each training at full size, likewise"),
  filters: Schema.Tuple(Filters, Filters).annotations({
    default: [8, 24],
    description: "filters of LeNet's two convolutions",
  }),
  dataset: dataset(),
  validation,
  learningRate: learningRate.annotations({ default: 0.002 }),
  batchSize,
  curveExamples,
  seed,
}

export default experiment(
  "dropout-grid",
  gridParams,
  dropoutGrid,
  "Dropout rates by cross-validation; the best ones and none trained on all of the part to fit, the best of these tested once",
)
