// By how much the network is right more often than what it is compared with, image by image, with the interval of the difference.
import { Schema } from "effect"
import { stage } from "refold"
import { decodeLabels, pairedCounts, pairedDifference } from "refold/ml"

export const margin = stage("margin", {
  doc: "The difference of two models' accuracies on the same images, with its 95 % interval",
  params: Schema.Struct({ classes: Schema.Int.pipe(Schema.positive()) }),
  inputs: { targets: "array:test:targets", first: "predictions:test", second: "predictions:test" },
  outputs: { metrics: "metrics:comparison" },
  run: ({ params: { classes }, inputs: { targets, first, second } }) => {
    const { difference, interval } = pairedDifference(
      pairedCounts(decodeLabels(targets, classes), first, second),
    )
    return { metrics: { margin: difference, "margin.low": interval.low, "margin.high": interval.high } }
  },
})
