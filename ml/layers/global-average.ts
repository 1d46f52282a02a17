// The mean of each channel over the whole image, which leaves flat values; it knows nothing of its neighbours.
import * as Schema from "effect/Schema"
import { declared, name } from "./parts/fields.ts"
import { CHANNELS_LAST, type LayersModelForm } from "./parts/layers-model.ts"
import type { PytorchForm } from "./parts/pytorch.ts"
import type { CostRule, ShapeRule } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import type { UnitMaker } from "./parts/unit.ts"
import { imageOf } from "./parts/windows.ts"
import { poolUnit } from "./pool.ts"

/** After https://arxiv.org/abs/1312.4400, section 3.2. */
export const GlobalAverage = /* @__PURE__ */ declared(() =>
  Schema.Struct({ type: Schema.Literal("global-average"), name }),
)
export type GlobalAverage = typeof GlobalAverage.Type

export const shape: ShapeRule<GlobalAverage> = (_, name, input) => ({ output: [imageOf(input, name)[2]] })

export const cost: CostRule<GlobalAverage> = () => ({ multiplyAdds: 0, inPlace: false })

/** The pool that it is: one window as large as the image. */
export const unit: UnitMaker<GlobalAverage> = (site, { shape, input }) => {
  const [height, width, channels] = imageOf(shape.input, shape.name)
  const layer = { type: "pool", kind: "average", size: [height, width], padding: "valid" } as const
  return { unit: poolUnit(site, { ...shape, layer, output: [1, 1, channels] }, input), takes: 1 }
}

export const tensorflow: TensorflowForm<GlobalAverage> = ({ tf }, _, value) => tf.mean(value, [1, 2])

export const pytorch: PytorchForm<GlobalAverage> = () => ({
  module: "nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())",
})

export const layersModel: LayersModelForm<GlobalAverage> = () => ({
  className: "GlobalAveragePooling2D",
  config: CHANNELS_LAST,
})
