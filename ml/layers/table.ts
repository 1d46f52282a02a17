// The layers that there are, in one table for each of their sides, so that a bundle takes along only the sides that it uses:
// whoever describes a network brings no kernels, whoever trains one no TensorFlow.js.
import * as Schema from "effect/Schema"
import * as activation from "./activation.ts"
import * as add from "./add.ts"
import * as batchNormalization from "./batch-normalization.ts"
import * as concat from "./concat.ts"
import { Conv } from "./convolution/conv.ts"
import * as convolution from "./convolution.ts"
import * as dense from "./dense.ts"
import * as depthwise from "./depthwise-convolution.ts"
import * as dropout from "./dropout.ts"
import * as flatten from "./flatten.ts"
import * as from from "./from.ts"
import * as globalAverage from "./global-average.ts"
import * as layerNormalization from "./layer-normalization.ts"
import { declared } from "./parts/fields.ts"
import type { LayersModelForm } from "./parts/layers-model.ts"
import type { PytorchForm } from "./parts/pytorch.ts"
import type { CostRule, ShapeRule } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import type { UnitMaker } from "./parts/unit.ts"
import * as pool from "./pool.ts"

export const Layer = /* @__PURE__ */ declared(() =>
  Schema.Union(
    Conv,
    depthwise.DepthwiseConv,
    pool.Pool,
    globalAverage.GlobalAverage,
    flatten.Flatten,
    dense.Dense,
    activation.Activation,
    batchNormalization.BatchNormalization,
    layerNormalization.LayerNormalization,
    add.Add,
    concat.Concat,
    from.From,
    dropout.Dropout,
  ),
)
export type Layer = typeof Layer.Type
export type LayerOf<T extends Layer["type"]> = Extract<Layer, { readonly type: T }>

export const shapeRules: { readonly [T in Layer["type"]]: ShapeRule<LayerOf<T>> } = {
  conv: convolution.shape,
  "depthwise-conv": depthwise.shape,
  pool: pool.shape,
  "global-average": globalAverage.shape,
  flatten: flatten.shape,
  dense: dense.shape,
  activation: activation.shape,
  "batch-normalization": batchNormalization.shape,
  "layer-normalization": layerNormalization.shape,
  add: add.shape,
  concat: concat.shape,
  from: from.shape,
  dropout: dropout.shape,
}

export const costRules: { readonly [T in Layer["type"]]: CostRule<LayerOf<T>> } = {
  conv: convolution.cost,
  "depthwise-conv": depthwise.cost,
  pool: pool.cost,
  "global-average": globalAverage.cost,
  flatten: flatten.cost,
  dense: dense.cost,
  activation: activation.cost,
  "batch-normalization": batchNormalization.cost,
  "layer-normalization": layerNormalization.cost,
  add: add.cost,
  concat: concat.cost,
  from: from.cost,
  dropout: dropout.cost,
}

export const unitMakers: { readonly [T in Layer["type"]]: UnitMaker<LayerOf<T>> } = {
  conv: convolution.unit,
  "depthwise-conv": depthwise.unit,
  pool: pool.unit,
  "global-average": globalAverage.unit,
  flatten: flatten.unit,
  dense: dense.unit,
  activation: activation.unit,
  "batch-normalization": batchNormalization.unit,
  "layer-normalization": layerNormalization.unit,
  add: add.unit,
  concat: concat.unit,
  from: from.unit,
  dropout: dropout.unit,
}

export const tensorflowForms: { readonly [T in Layer["type"]]: TensorflowForm<LayerOf<T>> } = {
  conv: convolution.tensorflow,
  "depthwise-conv": depthwise.tensorflow,
  pool: pool.tensorflow,
  "global-average": globalAverage.tensorflow,
  flatten: flatten.tensorflow,
  dense: dense.tensorflow,
  activation: activation.tensorflow,
  "batch-normalization": batchNormalization.tensorflow,
  "layer-normalization": layerNormalization.tensorflow,
  add: add.tensorflow,
  concat: concat.tensorflow,
  from: from.tensorflow,
  dropout: dropout.tensorflow,
}

export const pytorchForms: { readonly [T in Layer["type"]]: PytorchForm<LayerOf<T>> } = {
  conv: convolution.pytorch,
  "depthwise-conv": depthwise.pytorch,
  pool: pool.pytorch,
  "global-average": globalAverage.pytorch,
  flatten: flatten.pytorch,
  dense: dense.pytorch,
  activation: activation.pytorch,
  "batch-normalization": batchNormalization.pytorch,
  "layer-normalization": layerNormalization.pytorch,
  add: add.pytorch,
  concat: concat.pytorch,
  from: from.pytorch,
  dropout: dropout.pytorch,
}

export const layersModelForms: { readonly [T in Layer["type"]]: LayersModelForm<LayerOf<T>> } = {
  conv: convolution.layersModel,
  "depthwise-conv": depthwise.layersModel,
  pool: pool.layersModel,
  "global-average": globalAverage.layersModel,
  flatten: flatten.layersModel,
  dense: dense.layersModel,
  activation: activation.layersModel,
  "batch-normalization": batchNormalization.layersModel,
  "layer-normalization": layerNormalization.layersModel,
  add: add.layersModel,
  concat: concat.layersModel,
  from: from.layersModel,
  dropout: dropout.layersModel,
}
