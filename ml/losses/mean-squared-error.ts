// The mean of squared errors, for numbers that are to be estimated; it knows nothing of the network.
import * as Schema from "effect/Schema"
import { declared } from "../layers/parts/fields.ts"
import { macro } from "../statistics/metrics/by-output.ts"
import { meanAbsoluteError, rSquared } from "../statistics/metrics/regression.ts"
import type { JudgeMaker } from "./parts/judge.ts"
import type { Curve } from "./parts/measures.ts"
import { meanOfTerms } from "./parts/rows.ts"
import type { TensorflowLossForm } from "./parts/tensorflow.ts"

/** (z − t)², a mean over outputs and examples; what the network says is z itself. */
export const MeanSquaredError = /* @__PURE__ */ declared(() =>
  Schema.Struct({ type: Schema.Literal("mean-squared-error") }),
)
export type MeanSquaredError = typeof MeanSquaredError.Type

export const judge: JudgeMaker<MeanSquaredError> = /* @__PURE__ */ meanOfTerms((logit, target) => {
  const error = logit - target
  return { loss: error * error, slope: 2 * error, output: logit, isRight: false }
})

export const tensorflow: TensorflowLossForm<MeanSquaredError> = (tf, _, logits, targets) => ({
  losses: tf.mean(tf.square(tf.sub(logits, targets)), -1),
  right: tf.scalar(0),
  outputs: logits,
})

/** R² of several outputs is the mean of theirs; absent where none of the targets varies. */
export const curve: Curve = {
  names: ["meanAbsoluteError", "rSquared"],
  isOfOutputs: true,
  take: ({ count, outputs, said, targets }) => {
    const column = (of: ArrayLike<number>, output: number): Float64Array =>
      Float64Array.from({ length: count }, (_, row) => of[row * outputs + output]!)
    const fit = macro(
      Array.from({ length: outputs }, (_, output) =>
        rSquared(column(targets!, output), column(said!, output)),
      ),
    )
    return {
      meanAbsoluteError: meanAbsoluteError(targets!, said!),
      ...(fit === null ? {} : { rSquared: fit }),
    }
  },
}
