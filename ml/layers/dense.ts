// A dense layer: every output is a sum over all inputs; it knows of its neighbours only whether they bring zeros.
import * as Schema from "effect/Schema"
import { Count, declared, initializer, name } from "./parts/fields.ts"
import { ImpossibleNetwork } from "./parts/impossible-network.ts"
import { uniformKernel } from "./parts/initial-weights.ts"
import { type CostRule, kernelAndBias, type ShapeRule } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"

export const Dense = /* @__PURE__ */ declared(() =>
  Schema.Struct({ type: Schema.Literal("dense"), name, units: Count, initializer }),
)
export type Dense = typeof Dense.Type

export const shape: ShapeRule<Dense> = ({ units }, name, input) => {
  if (input.length !== 1)
    throw new ImpossibleNetwork({ layer: name, reason: `dense takes flat values, not ${input.join("×")}` })
  return { output: [units], parameters: kernelAndBias(name, [input[0], units]) }
}

export const cost: CostRule<Dense> = ({ layer, input }) => ({
  multiplyAdds: input[0] * layer.units,
  inPlace: false,
})

export const initialWeights = uniformKernel

export const tensorflow: TensorflowForm<Dense> = ({ tf, weight }, { name }, value) =>
  tf.add(tf.matMul(value, weight(`${name}/kernel`)), weight(`${name}/bias`))
