// A residual network on a folder of photographs by class, beside baselines that see the same pixels.
import { Schema } from "effect"
import { experiment, file } from "refold"
import { optimizer } from "refold/ml"
import { evaluate, normalize, readImages, split, train, visualize } from "refold/stages"
import { residual } from "../parts/network.ts"

const count = (value: number, description: string) =>
  Schema.Int.pipe(Schema.positive()).annotations({ default: value, description })

/** The folders of `images/`, by class number. */
const classes = ["checked", "dotted", "plain", "ringed", "striped"]

export default experiment(
  "photos",
  {
    filters: count(12, "filters of the first block; the second has twice as many"),
    epochs: count(30, "passes over the part to fit"),
    batchSize: count(16, "images in a mini-batch"),
    learningRate: Schema.Number.pipe(Schema.positive()).annotations({
      default: 0.006,
      description: "Adam's learning rate",
    }),
    seed: Schema.Int.annotations({ default: 1, description: "starts all that is random" }),
  },
  (p) => {
    const { seed } = p
    const given = readImages.folder({ classes, test: { fraction: 0.25, seed } }, { images: file("images") })
    const { trainInputs: inputs, trainTargets: targets } = given
    const parts = split({ classes: classes.length, validation: 0.2, seed }, { targets })
    const { normalization } = normalize({}, { inputs, indices: parts.train })
    const model = train(
      {
        network: residual(p.filters, classes.length),
        optimizer: optimizer({ type: "adam", learningRate: p.learningRate }),
        augmentation: [{ type: "flip" }, { type: "crop", padding: 4 }],
        batchSize: p.batchSize,
        classes: classes.length,
        seed,
        stream: "residual",
        curveExamples: "validation",
        epochs: p.epochs,
        patience: null,
        minimumDelta: 0,
        monitor: "loss",
        restoreBest: true,
        dropout: 0,
      },
      { inputs, targets, ...parts, normalization },
    )
    const test = evaluate.test(
      { classes },
      { inputs: given.testInputs, targets: given.testTargets, weights: model.weights },
    )
    return {
      data: given.facts,
      curve: visualize.learningCurves(
        { title: "Learning curves", subtitle: "a residual network of six convolutions" },
        { curve: model.curve },
      ),
      model,
      test,
    }
  },
  "Which pattern a piece of cloth has",
)
