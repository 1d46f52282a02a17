// The mean of each channel over the whole image, which leaves flat values; it knows nothing of its neighbours.
import * as Schema from "effect/Schema"
import { declared, name } from "./parts/fields.ts"
import type { CostRule, ShapeRule } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import { imageOf } from "./parts/windows.ts"

/** After https://arxiv.org/abs/1312.4400, section 3.2. */
export const GlobalAverage = /* @__PURE__ */ declared(() =>
  Schema.Struct({ type: Schema.Literal("global-average"), name }),
)
export type GlobalAverage = typeof GlobalAverage.Type

export const shape: ShapeRule<GlobalAverage> = (_, name, input) => ({ output: [imageOf(input, name)[2]] })

export const cost: CostRule<GlobalAverage> = () => ({ multiplyAdds: 0, inPlace: false })

export const tensorflow: TensorflowForm<GlobalAverage> = ({ tf }, _, value) => tf.mean(value, [1, 2])
