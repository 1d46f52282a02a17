// A branch: what follows goes on from what an earlier layer gave. Nothing is moved and nothing computed.
import * as Schema from "effect/Schema"
import { declared, Name, name } from "./parts/fields.ts"
import type { LayersModelForm } from "./parts/layers-model.ts"
import { namedOutput } from "./parts/named-output.ts"
import type { PytorchForm } from "./parts/pytorch.ts"
import type { CostRule, ShapeRule } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import type { UnitMaker } from "./parts/unit.ts"

/**
 * Goes back to `layer`. What the layer before this one gave is taken up again by an `add` or a `concat` that names it: so are made
 * the projections of residual nets (https://arxiv.org/abs/1512.03385, section 3.3) and the branches of inception
 * (https://arxiv.org/abs/1409.4842).
 */
export const From = /* @__PURE__ */ declared(() =>
  Schema.Struct({ type: Schema.Literal("from"), name, layer: Name }),
)
export type From = typeof From.Type

export const shape: ShapeRule<From> = ({ layer }, name, _, outputOf) => ({
  output: namedOutput(name, layer, outputOf),
  takes: [layer],
  branches: true,
})

export const cost: CostRule<From> = () => ({ multiplyAdds: 0, inPlace: true })

/** The values are those of the layer named; the gradient is one of its own, which goes back there. */
export const unit: UnitMaker<From> = ({ arena, rows }, { taken }) => {
  const { size, rowBytes, values } = taken[0]!
  const gradient = arena.allocate(rows * rowBytes, "gradients of maps")
  return {
    unit: {
      output: { size, rowBytes, values, gradient },
      back: [gradient],
      forward: () => {},
      backward: () => {},
    },
    takes: 1,
  }
}

export const tensorflow: TensorflowForm<From> = (_, __, ___, [source]) => source!

/** Another name in `forward`: it has no module. */
export const pytorch: PytorchForm<From> = () => ({})

/** It hands on what it takes. */
export const layersModel: LayersModelForm<From> = () => ({
  className: "Activation",
  config: { activation: "linear" },
})
