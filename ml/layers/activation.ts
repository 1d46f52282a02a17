// Activations: functions of one value each; they know nothing of shapes and of their neighbours.
import * as Schema from "effect/Schema"
import { type Count, type Pointer, VECTOR, type Vectors } from "../kernels/quantities.ts"
import type { Kernels } from "../kernels/signatures.ts"
import { declared, name } from "./parts/fields.ts"
import type { LayersModelForm } from "./parts/layers-model.ts"
import type { PytorchForm } from "./parts/pytorch.ts"
import { type CostRule, isOf, type LayerShape, type ShapeRule } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import { activations, type Output, type UnitMaker } from "./parts/unit.ts"

/** "leaky-relu" multiplies what is below 0 by `slope` (https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf). */
export const Activation = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("activation"),
    name,
    kind: Schema.Literal("relu", "tanh", "sigmoid", "leaky-relu"),
    /** Of "leaky-relu" alone, within (0, 1); 0.01 if left out. */
    slope: Schema.optionalWith(Schema.Number.pipe(Schema.greaterThan(0), Schema.lessThan(1)), {
      exact: true,
    }),
  }).pipe(
    Schema.filter(
      ({ kind, slope }) =>
        slope === undefined || kind === "leaky-relu" || `${kind} has no slope: leaky-relu has`,
    ),
  ),
)
export type Activation = typeof Activation.Type

/** A leaky relu's slope where its layer has none. */
const SLOPE = 0.01

/** Seldom fewer than a third of a relu's values are zero. */
export const shape: ShapeRule<Activation> = ({ kind }, _, input) => ({
  output: input,
  zeros: kind === "relu" ? "makes" : "none",
})

export const cost: CostRule<Activation> = () => ({ multiplyAdds: 0, inPlace: true })

/** Whether a layer is there and a relu: kernels before it can take it in. */
export const isRelu = (shape: LayerShape | undefined): boolean =>
  isOf<Activation>("activation", shape) && shape.layer.kind === "relu"

interface Directions {
  forward(rows: Count): void
  backward(to: Pointer, vectors: Vectors): void
}

export const unit: UnitMaker<Activation> = (site, { shape, input }) => {
  const output = activations(site, input.size, true)
  const perRow = output.rowBytes / VECTOR
  const { forward, backward } = directionsOf(site.kernels, shape.layer, input.values, output, perRow)
  return {
    unit: {
      output,
      forward,
      backward: (rows) => {
        if (input.gradient !== 0) backward(input.gradient, rows * perRow)
      },
    },
    takes: 1,
  }
}

function directionsOf(
  kernels: Kernels,
  { kind, slope = SLOPE }: Activation,
  x: Pointer,
  { values: y, gradient, size, rowBytes }: Output,
  perRow: Vectors,
): Directions {
  switch (kind) {
    case "relu":
      return {
        forward: (rows) => kernels.reluForward(x, y, rows * perRow),
        backward: (to, vectors) => kernels.reluBackward(gradient, y, to, vectors),
      }
    case "tanh":
      return {
        forward: (rows) => kernels.tanhForward(x, y, rows * perRow),
        backward: (to, vectors) => kernels.tanhBackward(gradient, y, to, vectors),
      }
    case "leaky-relu":
      return {
        forward: (rows) => kernels.leakyReluForward(x, y, rows * perRow, slope),
        backward: (to, vectors) => kernels.leakyReluBackward(gradient, y, to, vectors, slope),
      }
    case "sigmoid":
      return {
        forward: (rows) => kernels.sigmoidForward(x, y, rows, size, rowBytes),
        backward: (to, vectors) => kernels.sigmoidBackward(gradient, y, to, vectors),
      }
  }
}

export const tensorflow: TensorflowForm<Activation> = ({ tf }, { layer }, value) =>
  layer.kind === "leaky-relu" ? tf.leakyRelu(value, layer.slope ?? SLOPE) : tf[layer.kind](value)

const modules: Readonly<Record<Activation["kind"], (slope: number) => string>> = {
  relu: () => "nn.ReLU()",
  tanh: () => "nn.Tanh()",
  sigmoid: () => "nn.Sigmoid()",
  "leaky-relu": (slope) => `nn.LeakyReLU(${slope})`,
}

export const pytorch: PytorchForm<Activation> = ({ layer: { kind, slope = SLOPE } }, image) => ({
  module: modules[kind](slope),
  image,
})

export const layersModel: LayersModelForm<Activation> = ({ layer: { kind, slope = SLOPE } }) =>
  kind === "leaky-relu"
    ? { className: "LeakyReLU", config: { alpha: slope } }
    : { className: "Activation", config: { activation: kind } }
