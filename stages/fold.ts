// `fold`: one of k stratified folds of the examples to fit, or of a stratified subset of them.
import * as Schema from "effect/Schema"
import { stage } from "refold"
import {
  decodeIndices,
  decodeLabels,
  encodeSides,
  generator,
  kFold,
  seedOf,
  stratifiedSubset,
} from "refold/ml"

export const fold = stage("fold", {
  doc: "One of k stratified folds: what to fit, and what to validate on",
  params: Schema.Struct({
    classes: Schema.Int.pipe(Schema.between(2, 256)),
    k: Schema.Int.pipe(Schema.greaterThanOrEqualTo(2)),
    /** Which fold, from 1. */
    fold: Schema.Int.pipe(Schema.positive()),
    /** How many examples take part, all or a stratified subset. */
    examples: Schema.Union(Schema.Int.pipe(Schema.positive()), Schema.Literal("all")),
    seed: Schema.Int,
  }).pipe(
    Schema.filter(
      ({ fold, k }) => fold <= k || { path: ["fold"], message: `there are ${k} folds: take 1 to ${k}` },
    ),
  ),
  inputs: { targets: "array:train:targets", indices: "indices:train" },
  outputs: { train: "indices:train", validation: "indices:validation" },
  run: ({ params: { classes, k, fold, examples, seed }, inputs }) => {
    const labels = decodeLabels(inputs.targets, classes)
    const all = decodeIndices(inputs.indices, labels.length)
    const among =
      examples === "all" ? all : stratifiedSubset(labels, examples, generator(seedOf(seed, "subset")), all)
    const folds = kFold(labels, k, generator(seedOf(seed, "folds", k)), among)
    return encodeSides(folds[fold - 1]!, labels, classes)
  },
})
