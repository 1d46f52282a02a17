// A residual network on a folder of photographs by class, beside baselines that see the same pixels, and each tested once.
import { Schema } from "effect"
import { experiment } from "refold"
import { baselineSettings } from "refold/ml"
import { baseline, compare, evaluate, fold, normalize, split } from "refold/stages"
import { cifarNames, photographs } from "../parts/data.ts"
import { trained } from "../parts/model.ts"
import { pictures } from "../parts/pictures.ts"
import { margin } from "../stages/margin.ts"

const count = (value: number, description: string) =>
  Schema.Int.pipe(Schema.positive()).annotations({ default: value, description })

const baselines = {
  majority: baselineSettings({ type: "majority" }),
  "logistic regression": baselineSettings({ type: "logistic-regression", c: 0.01 }),
  "nearest neighbours": baselineSettings({ type: "k-nearest-neighbours", k: 5 }),
  tree: baselineSettings({ type: "decision-tree", maximumDepth: 8 }),
}

export default experiment(
  "photos",
  {
    cifar10: Schema.String.annotations({
      default: "",
      description: "the folder with CIFAR-10's binary files; empty: images/ of this project",
    }),
    cifarClasses: Schema.Array(Schema.String).annotations({
      default: cifarNames,
      description: "what the classes of those files are called, by number",
    }),
    filters: count(12, "filters of the first block; the second has twice as many"),
    epochs: count(30, "passes over the part to fit"),
    batchSize: count(16, "images in a mini-batch"),
    learningRate: Schema.Number.pipe(Schema.positive()).annotations({
      default: 0.006,
      description: "Adam's learning rate",
    }),
    baselineExamples: Schema.Union(Schema.Literal("all"), Schema.Int.pipe(Schema.positive())).annotations({
      default: "all",
      description:
        "images that baselines are chosen from, of which they see four fifths; all: what the network sees",
    }),
    seed: Schema.Int.annotations({ default: 1, description: "starts all that is random" }),
  },
  (p) => {
    const { classes, images } = photographs(p)
    const { trainInputs: inputs, trainTargets: targets } = images
    const tested = { inputs: images.testInputs, targets: images.testTargets }
    const parts = split({ classes: classes.length, validation: 0.2, seed: p.seed }, { targets })
    // Mean and deviation of each channel, for the network and the baselines alike.
    const { normalization } = normalize({}, { inputs, indices: parts.train })
    const model = trained({ inputs, targets, ...parts, normalization }, classes.length, p)
    const { train: seen } =
      p.baselineExamples === "all"
        ? parts
        : fold(
            { classes: classes.length, k: 5, fold: 1, examples: p.baselineExamples, seed: p.seed },
            { targets, indices: parts.train },
          )
    const network = evaluate.test({ classes }, { ...tested, weights: model.weights })
    const simple = Object.entries(baselines).map(([name, settings]) => {
      const of = name.replaceAll(" ", "-")
      const fitted = baseline.classes(
        { classes, baseline: settings },
        { inputs, targets, ...parts, train: seen, normalization },
        { of },
      )
      const test = baseline.testClasses({ classes }, { ...tested, model: fitted.model }, { of, on: "test" })
      const both = {
        targets: images.testTargets,
        first: network.predictions,
        second: test.predictions,
      }
      const { comparison } = compare.models(
        { first: "residual network", second: name, classes: classes.length },
        both,
        { of },
      )
      const { metrics: ahead } = margin({ classes: classes.length }, both, { of })
      return [name, { metrics: test.metrics, comparison, ahead }] as const
    })
    return {
      data: images.facts,
      network,
      ...Object.fromEntries(simple),
      weights: model.weights,
      charts: pictures(classes, model.curve, network, tested),
    }
  },
  "Which pattern a piece of cloth has",
)
