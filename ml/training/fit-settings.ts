// How a network is fitted, as data; it knows neither examples nor who computes.
import * as Schema from "effect/Schema"
import { declared } from "../layers/parts/fields.ts"
import { Network } from "../network/network.ts"
import { Optimizer } from "./optimizer.ts"

const Positive = /* @__PURE__ */ declared(() => Schema.Int.pipe(Schema.positive()))
const Rate = /* @__PURE__ */ declared(() =>
  Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.lessThan(1)),
)

/** The rate of every dropout layer, in [0, 1), or of each by name. */
export const DropoutRates = /* @__PURE__ */ declared(() =>
  Schema.Union(Rate, Schema.Record({ key: Schema.String, value: Rate })),
)

/** All but the rates of dropout. */
export const fitFields = /* @__PURE__ */ declared(() => ({
  network: Network,
  optimizer: Optimizer,
  batchSize: Positive,
  classes: Schema.Int.pipe(Schema.between(2, 256)),
  seed: Schema.Int,
  /** Trainings of one stream start alike and see the same batches, whatever else differs. */
  stream: Schema.NonEmptyString,
  /**
   * How many of the examples that are fitted each point of their curve is measured on, drawn once and stratified: a number, or
   * as many as validate, so that both points are as precise. All, where there are no more. Validation is on all that validate.
   */
  curveExamples: Schema.Union(Positive, Schema.Literal("validation")),
  /** At most so many. */
  epochs: Positive,
  /** Epochs without a better validation after which training stops; null never stops early. */
  patience: Schema.NullOr(Positive),
  minimumDelta: Schema.Number.pipe(Schema.nonNegative()),
  monitor: Schema.Literal("loss", "accuracy"),
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
  ),
)
export type FitSettings = typeof FitSettings.Type
