// The layers that there are, in one table for each of their sides, so that a bundle takes along only the sides that it uses:
// whoever describes a network brings no kernels, whoever trains one no TensorFlow.js.
import * as Schema from "effect/Schema"
import * as activation from "./activation.ts"
import * as batchNormalization from "./batch-normalization.ts"
import { Conv } from "./convolution/conv.ts"
import * as convolution from "./convolution.ts"
import * as dense from "./dense.ts"
import * as dropout from "./dropout.ts"
import * as flatten from "./flatten.ts"
import * as globalAverage from "./global-average.ts"
import { declared } from "./parts/fields.ts"
import type { PytorchForm } from "./parts/pytorch.ts"
import type { CostRule, ShapeRule } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import type { UnitMaker } from "./parts/unit.ts"
import * as pool from "./pool.ts"

export const Layer = /* @__PURE__ */ declared(() =>
  Schema.Union(
    Conv,
    pool.Pool,
    globalAverage.GlobalAverage,
    flatten.Flatten,
    dense.Dense,
    activation.Activation,
    batchNormalization.BatchNormalization,
    dropout.Dropout,
  ),
)
export type Layer = typeof Layer.Type
export type LayerOf<T extends Layer["type"]> = Extract<Layer, { readonly type: T }>

export const shapeRules: { readonly [T in Layer["type"]]: ShapeRule<LayerOf<T>> } = {
  conv: convolution.shape,
  pool: pool.shape,
  "global-average": globalAverage.shape,
  flatten: flatten.shape,
  dense: dense.shape,
  activation: activation.shape,
  "batch-normalization": batchNormalization.shape,
  dropout: dropout.shape,
}

export const costRules: { readonly [T in Layer["type"]]: CostRule<LayerOf<T>> } = {
  conv: convolution.cost,
  pool: pool.cost,
  "global-average": globalAverage.cost,
  flatten: flatten.cost,
  dense: dense.cost,
  activation: activation.cost,
  "batch-normalization": batchNormalization.cost,
  dropout: dropout.cost,
}

export const unitMakers: { readonly [T in Layer["type"]]: UnitMaker<LayerOf<T>> } = {
  conv: convolution.unit,
  pool: pool.unit,
  "global-average": globalAverage.unit,
  flatten: flatten.unit,
  dense: dense.unit,
  activation: activation.unit,
  "batch-normalization": batchNormalization.unit,
  dropout: dropout.unit,
}

export const tensorflowForms: { readonly [T in Layer["type"]]: TensorflowForm<LayerOf<T>> } = {
  conv: convolution.tensorflow,
  pool: pool.tensorflow,
  "global-average": globalAverage.tensorflow,
  flatten: flatten.tensorflow,
  dense: dense.tensorflow,
  activation: activation.tensorflow,
  "batch-normalization": batchNormalization.tensorflow,
  dropout: dropout.tensorflow,
}

export const pytorchForms: { readonly [T in Layer["type"]]: PytorchForm<LayerOf<T>> } = {
  conv: convolution.pytorch,
  pool: pool.pytorch,
  "global-average": globalAverage.pytorch,
  flatten: flatten.pytorch,
  dense: dense.pytorch,
  activation: activation.pytorch,
  "batch-normalization": batchNormalization.pytorch,
  dropout: dropout.pytorch,
}
