// `fold-by`: one of k folds by whole groups, along time, or at random where there are no classes.
import * as Schema from "effect/Schema"
import { form, stage } from "refold"
import { decodeIndices, encodeSides, generator, groupKFold, kFold, seedOf, timeFolds } from "refold/ml"
import { Classes, groupsOf, labelsOf, timesOf } from "./marks.ts"

const k = Schema.Int.pipe(Schema.greaterThanOrEqualTo(2))
/** Which fold, from 1. */
const fold = Schema.Int.pipe(Schema.positive())
const seed = Schema.Int
const targets = "array:train:targets"
const indices = "indices:train"
const outputs = { train: "indices:train", validation: "indices:validation" } as const

const within = ({ fold, k }: { readonly fold: number; readonly k: number }) =>
  fold <= k || { path: ["fold"], message: `there are ${k} folds: take 1 to ${k}` }

export const foldBy = stage("fold-by", {
  doc: "One of k folds by group, along time or at random: what to fit, and what to validate on",
  forms: {
    /** Every group validates in one fold, whole; folds alike in size and classes, as far as groups allow. */
    group: form({
      params: Schema.Struct({ classes: Classes, k, fold, seed }).pipe(Schema.filter(within)),
      inputs: { targets, groups: "json:train:groups", indices },
      outputs,
      run: ({ params, inputs }) => {
        const labels = labelsOf(inputs.targets, params.classes)
        const groups = groupsOf(inputs.groups, labels.length)
        const among = decodeIndices(inputs.indices, labels.length)
        const random = generator(seedOf(params.seed, "folds", "group", params.k))
        const folds = groupKFold(groups, labels, params.k, random, among)
        return encodeSides(folds[params.fold - 1]!, labels, params.classes)
      },
    }),
    /** Fold i trains on all that is earlier than what it validates on. */
    time: form({
      params: Schema.Struct({ classes: Classes, k, fold }).pipe(Schema.filter(within)),
      inputs: { targets, times: "json:train:times", indices },
      outputs,
      run: ({ params, inputs }) => {
        const labels = labelsOf(inputs.targets, params.classes)
        const among = decodeIndices(inputs.indices, labels.length)
        const folds = timeFolds(timesOf(inputs.times, labels.length), params.k, among)
        return encodeSides(folds[params.fold - 1]!, labels, params.classes)
      },
    }),
    /** For targets that are numbers; `fold` keeps classes in proportion. */
    random: form({
      params: Schema.Struct({ k, fold, seed }).pipe(Schema.filter(within)),
      inputs: { targets, indices },
      outputs,
      run: ({ params, inputs }) => {
        const labels = labelsOf(inputs.targets, null)
        const among = decodeIndices(inputs.indices, labels.length)
        const random = generator(seedOf(params.seed, "folds", "random", params.k))
        return encodeSides(kFold(labels, params.k, random, among)[params.fold - 1]!, labels, null)
      },
    }),
  },
})
