// Why max-pool? LeNet beside its twin that shrinks by strides instead, on test images as they are and moved by a pixel or two.
import * as Schema from "effect/Schema"
import { experiment } from "refold"
import { batchSize, count, dataset, differ, learningRate, Rate, validation } from "./parts/params.ts"
import { pooling } from "./parts/pooling.ts"

export default experiment(
  "pooling",
  {
    dataset: dataset(),
    validation,
    seeds: Schema.NonEmptyArray(Schema.Int)
      .pipe(Schema.filter(differ))
      .annotations({
        default: [1, 2, 3, 4, 5],
        description: "one training of each network from each seed: split, initial weights, batches, masks",
      }),
    by: Schema.NonEmptyArray(Schema.Int.pipe(Schema.between(1, 8)))
      .pipe(Schema.filter(differ))
      .annotations({ default: [1, 2], description: "pixels that test images are moved by" }),
    epochs: count(5, "passes over the part to fit"),
    dropout: Rate.annotations({ default: 0.25, description: "the rate of every dropout layer" }),
    learningRate,
    batchSize,
  },
  pooling,
  "Max-pools against strides: accuracy, cost, what a layer sees, and predictions that change when an image is moved",
)
