// LeNet-5 as it was, with tanh and average pooling, and the modern one beside it: two models named beforehand.
import { experiment } from "refold"
import { classicLenet, lenet } from "refold/ml"
import { compare } from "refold/stages"
import { data } from "./parts/data.ts"
import { singleModel, singleModelParams, trained } from "./parts/single-model.ts"

export default experiment(
  "classic-lenet-5",
  singleModelParams(15, 0.25),
  (p) => {
    const given = data(p)
    const classic = singleModel(p, classicLenet, "Classic LeNet-5", given)
    const modern = trained(p, given, lenet({ dropout: 0, classes: given.classes.length }), {
      network: "modern",
    })
    const { comparison, metrics } = compare.models(
      { first: "classic", second: "modern", classes: given.classes.length },
      {
        targets: given.fetched.testLabels,
        first: classic.test.predictions,
        second: modern.test.predictions,
      },
    )
    return { comparison, mcnemar: metrics, ...classic, modern: { test: modern.test } }
  },
  "LeNet-5 with tanh and average pooling, against the modern one by an exact McNemar test",
)
