// Params that several experiments share, each with its default and its doc.
import * as Schema from "effect/Schema"
import { datasets, fashionMnist } from "refold/ml"
import { DatasetFiles } from "refold/stages"

const Count = Schema.Int.pipe(Schema.positive())

/** A rate in [0, 1): at 1 nothing would be left. */
export const Rate = Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.lessThan(1))

export const count = (value: number, description: string) =>
  Count.annotations({ default: value, description })

/** Of what shall differ: the message of a filter, or true. */
export const differ = (items: ReadonlyArray<unknown>): true | string => {
  const seen = new Map<string, number>()
  for (const [i, item] of items.entries()) {
    const text = JSON.stringify(item)
    const first = seen.get(text)
    if (first !== undefined) return `item ${i} is ${text}, as item ${first} is; leave one of them out`
    seen.set(text, i)
  }
  return true
}

/** What charts and pages show in one line. */
const line = (text: string): true | string =>
  !/\p{Cc}/u.test(text) || "it stands in one line: leave control characters and newlines out"
const Line = Schema.String.pipe(Schema.filter(line))

const names = datasets.map(({ name }) => name) as [string, ...Array<string>]

/** A dataset by name, or any four IDX files with their hashes. */
const Dataset = Schema.Union(
  Schema.Literal(...names),
  Schema.Struct({
    name: Schema.NonEmptyString.pipe(Schema.filter(line)),
    title: Line,
    classes: Schema.Array(Line).pipe(Schema.minItems(2), Schema.maxItems(256), Schema.filter(differ)),
    files: DatasetFiles,
    mirrors: Schema.Array(Schema.String),
  }),
)

export const dataset = (value: string = fashionMnist.name) =>
  Dataset.annotations({
    default: value,
    description: `the data: ${names.join(", ")}, or four IDX files by hash`,
  })

export const seed = Schema.Int.annotations({
  default: 1,
  description: "starts all that is random: split, folds, initial weights, batches, masks",
})

export const learningRate = Schema.Number.pipe(Schema.positive()).annotations({
  default: 0.001,
  description: "Adam's learning rate",
})

export const batchSize = count(64, "examples in a mini-batch")

export const validation = Schema.Number.pipe(Schema.greaterThan(0), Schema.lessThan(1)).annotations({
  default: 0.1,
  description: "the share of the train file that validates",
})

export const curveExamples = Schema.Union(Count, Schema.Literal("validation")).annotations({
  default: "validation",
  description:
    "examples of the fitted part that a point of its learning curve is measured on, stratified; or validation: as many as validate. Validation is on all of its part",
})

/** Class numbers, of which the first image each is shown. */
export const shown = (classes: readonly [number, ...Array<number>]) =>
  Schema.NonEmptyArray(Schema.NonNegativeInt).pipe(Schema.filter(differ)).annotations({
    default: classes,
    description: "classes, by number, whose first image is shown",
  })

/** Early stopping: params that never retrain an epoch that was trained. */
export const stopping = {
  patience: Schema.NullOr(Schema.Int.pipe(Schema.positive())).annotations({
    default: null,
    description: "epochs without a better validation after which training stops; null never stops early",
  }),
  minimumDelta: Schema.Number.pipe(Schema.nonNegative()).annotations({
    default: 0,
    description: "by how much validation must get better to count",
  }),
  monitor: Schema.Literal("loss", "accuracy").annotations({
    default: "loss",
    description: "what early stopping looks at, on all of the part that validates: loss or accuracy",
  }),
  restoreBest: Schema.Boolean.annotations({
    default: false,
    description: "whether the model is that of the best epoch rather than of the last",
  }),
}
