// `split-by`: which examples to fit and which to validate on, by whole groups, by time, or at random where there are no classes.
import * as Schema from "effect/Schema"
import { form, stage } from "refold"
import { encodeSides, generator, groupSplit, seedOf, stratifiedSplit, timeSplit } from "refold/ml"
import { Classes, groupsOf, labelsOf, timesOf } from "./marks.ts"

/** The share of the examples that validates. */
const validation = Schema.Number.pipe(Schema.greaterThan(0), Schema.lessThan(1))
const targets = "array:train:targets"
const outputs = { train: "indices:train", validation: "indices:validation" } as const

export const splitBy = stage("split-by", {
  doc: "Splits the part to train on into a part to fit and a part to validate on, by group, by time or at random",
  forms: {
    /** No group on both sides: photographs of one person, rows of one patient. Classes in proportion, as far as groups allow. */
    group: form({
      params: Schema.Struct({ classes: Classes, validation, seed: Schema.Int }),
      inputs: { targets, groups: "json:train:groups" },
      outputs,
      run: ({ params: { classes, validation, seed }, inputs }) => {
        const labels = labelsOf(inputs.targets, classes)
        const groups = groupsOf(inputs.groups, labels.length)
        const random = generator(seedOf(seed, "split", "group"))
        return encodeSides(groupSplit(groups, labels, { fraction: validation }, random), labels, classes)
      },
    }),
    /** The latest validate: nothing is learnt from the future. */
    time: form({
      params: Schema.Struct({ classes: Classes, validation }),
      inputs: { targets, times: "json:train:times" },
      outputs,
      run: ({ params: { classes, validation }, inputs }) => {
        const labels = labelsOf(inputs.targets, classes)
        const times = timesOf(inputs.times, labels.length)
        return encodeSides(timeSplit(times, { fraction: validation }), labels, classes)
      },
    }),
    /** For targets that are numbers; `split` keeps classes in proportion. */
    random: form({
      params: Schema.Struct({ validation, seed: Schema.Int }),
      inputs: { targets },
      outputs,
      run: ({ params: { validation, seed }, inputs }) => {
        const labels = labelsOf(inputs.targets, null)
        const random = generator(seedOf(seed, "split", "random"))
        return encodeSides(stratifiedSplit(labels, { fraction: validation }, random), labels, null)
      },
    }),
  },
})
