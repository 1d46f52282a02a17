// An image's values as flat ones, in the order in which they lie; nothing is moved and nothing computed.
import * as Schema from "effect/Schema"
import { declared, name } from "./parts/fields.ts"
import { CHANNELS_LAST, type LayersModelForm } from "./parts/layers-model.ts"
import { flattened, type PytorchForm } from "./parts/pytorch.ts"
import { type CostRule, type ShapeRule, sizeOf } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import type { UnitMaker } from "./parts/unit.ts"

export const Flatten = /* @__PURE__ */ declared(() =>
  Schema.Struct({ type: Schema.Literal("flatten"), name }),
)
export type Flatten = typeof Flatten.Type

export const shape: ShapeRule<Flatten> = (_, __, input) => ({
  output: [sizeOf(input)],
  zeros: "keeps",
})

export const cost: CostRule<Flatten> = () => ({ multiplyAdds: 0, inPlace: true })

export const unit: UnitMaker<Flatten> = () => ({ takes: 1 })

export const tensorflow: TensorflowForm<Flatten> = ({ tf }, { input }, value) =>
  tf.reshape(value, [-1, sizeOf(input)])

/** What is flat already stays as it is. */
export const pytorch: PytorchForm<Flatten> = ({ input }, image) => ({
  module: "nn.Flatten()",
  image: image ?? flattened(input),
})

/** Its own takes no flat values, which stay as they are. */
export const layersModel: LayersModelForm<Flatten> = ({ input }) =>
  input.length === 1
    ? { className: "Activation", config: { activation: "linear" } }
    : { className: "Flatten", config: CHANNELS_LAST }
