// How a network is fitted, as data; it knows neither examples nor who computes.
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { declared } from "../layers/parts/fields.ts"
import { curves, DEFAULT_LOSS, isOfClasses, Loss } from "../losses/table.ts"
import { Network } from "../network/network.ts"
import { Augmentation } from "./augmentation/augmentation.ts"
import { Optimizer } from "./optimizer.ts"

const Positive = /* @__PURE__ */ declared(() => Schema.Int.pipe(Schema.positive()))
const Rate = /* @__PURE__ */ declared(() =>
  Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.lessThan(1)),
)

/** The rate of every dropout layer, in [0, 1), or of each by name. */
export const DropoutRates = /* @__PURE__ */ declared(() =>
  Schema.Union(Rate, Schema.Record({ key: Schema.String, value: Rate })),
)

/** None is the same left out or empty, and has one key. */
const augmentation = /* @__PURE__ */ declared(() => {
  const all = Schema.Array(Augmentation)
  const isSome = (given: ReadonlyArray<Augmentation>): boolean => given.length > 0
  return Schema.optionalToOptional(all, Schema.typeSchema(all), {
    decode: Option.filter(isSome),
    encode: Option.filter(isSome),
  })
})

/** All but the rates of dropout. */
export const fitFields = /* @__PURE__ */ declared(() => ({
  network: Network,
  optimizer: Optimizer,
  batchSize: Positive,
  /** What is learned: without it, classes by softmax cross-entropy. */
  loss: Schema.optionalWith(Loss, { exact: true }),
  /** Of a loss of classes, how many there are. */
  classes: Schema.optionalWith(Schema.Int.pipe(Schema.between(2, 256)), { exact: true }),
  seed: Schema.Int,
  /** Trainings of one stream start alike and see the same batches, whatever else differs. */
  stream: Schema.NonEmptyString,
  /**
   * How many of the examples that are fitted each point of their curve is measured on, drawn once and stratified: a number, or
   * as many as validate, so that both points are as precise. All, where there are no more. Validation is on all that validate.
   */
  curveExamples: Schema.Union(Positive, Schema.Literal("validation")),
  /** How images of training batches are changed at random, one way after the other: not those that curves are measured on. */
  augmentation,
  /** At most so many. */
  epochs: Positive,
  /** Epochs without a better validation after which training stops; null never stops early. */
  patience: Schema.NullOr(Positive),
  minimumDelta: Schema.Number.pipe(Schema.nonNegative()),
  /** The loss on what validates, or another measure that it has: of classes and labels accuracy, of values the other two. */
  monitor: Schema.Literal("loss", "accuracy", "meanAbsoluteError", "rSquared"),
  /** Whether the weights are those of the best epoch by `monitor`, or of the last. */
  restoreBest: Schema.Boolean,
}))

export const FitSettings = /* @__PURE__ */ declared(() =>
  Schema.Struct({ ...fitFields, dropout: DropoutRates }).pipe(
    Schema.filter(({ optimizer: { schedule }, epochs }) => {
      const warmUp = schedule?.warmUp ?? 0
      const message = `all of ${epochs} epochs would be warm-up: take at most ${epochs}, or more epochs`
      return warmUp <= epochs || { path: ["optimizer", "schedule", "warmUp"], message }
    }),
    Schema.filter(({ loss = DEFAULT_LOSS, classes, monitor }) => {
      if (isOfClasses(loss) && classes === undefined)
        return { path: ["classes"], message: `${loss.type} wants to know how many classes there are` }
      if (!isOfClasses(loss) && classes !== undefined)
        return { path: ["classes"], message: `${loss.type} knows no classes: leave it out` }
      const { names } = curves[loss.type]
      const message = `${loss.type} has no ${monitor}: take loss or ${names.join(" or ")}`
      return monitor === "loss" || names.includes(monitor) || { path: ["monitor"], message }
    }),
  ),
)
export type FitSettings = typeof FitSettings.Type
