// `split`: which examples of the train file to fit, and which to validate on. The test file is never looked at.
import * as Schema from "effect/Schema"
import { stage } from "refold"
import { decodeLabels, encodeSides, generator, seedOf, stratifiedSplit } from "refold/ml"

export const split = stage("split", {
  doc: "Splits the train file, stratified by class, into a part to fit and a part to validate on",
  params: Schema.Struct({
    classes: Schema.Int.pipe(Schema.between(2, 256)),
    /** The share of the train file that validates. */
    validation: Schema.Number.pipe(Schema.greaterThan(0), Schema.lessThan(1)),
    seed: Schema.Int,
  }),
  inputs: { targets: "array:train:targets" },
  outputs: { train: "indices:train", validation: "indices:validation" },
  run: ({ params, inputs }) => {
    const labels = decodeLabels(inputs.targets, params.classes)
    const random = generator(seedOf(params.seed, "split"))
    return encodeSides(
      stratifiedSplit(labels, { fraction: params.validation }, random),
      labels,
      params.classes,
    )
  },
})
