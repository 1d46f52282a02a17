// A dense layer: every output is a sum over all inputs; it knows of its neighbours only whether they bring zeros.
import * as Schema from "effect/Schema"
import { inputPanels, paddedRow } from "../kernels/parameters.ts"
import { at, FLOAT, type Pointer, rowOf, stride, vectors } from "../kernels/quantities.ts"
import { deferredGradient, isDeferred } from "./dense/deferred-gradient.ts"
import { Count, declared, initializer, name } from "./parts/fields.ts"
import { ImpossibleNetwork } from "./parts/impossible-network.ts"
import { KERNEL_AND_BIAS, type LayersModelForm } from "./parts/layers-model.ts"
import { type PytorchForm, vector } from "./parts/pytorch.ts"
import { type CostRule, kernelAndBias, type LayerShape, type ShapeRule } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import { type Activations, activations, type Site, type Unit, type UnitMaker } from "./parts/unit.ts"

export const Dense = /* @__PURE__ */ declared(() =>
  Schema.Struct({ type: Schema.Literal("dense"), name, units: Count, initializer }),
)
export type Dense = typeof Dense.Type

export const shape: ShapeRule<Dense> = ({ units, initializer }, name, input) => {
  if (input.length !== 1)
    throw new ImpossibleNetwork({ layer: name, reason: `dense takes flat values, not ${input.join("×")}` })
  return { output: [units], parameters: kernelAndBias(name, [input[0], units], initializer) }
}

export const cost: CostRule<Dense> = ({ layer, input }) => ({
  multiplyAdds: input[0] * layer.units,
  inPlace: false,
})

/** A panel's row: eight values. */
const PANEL_ROW = /* @__PURE__ */ rowOf(8)
/** How many terms of a row sparse-product.ts lists at a time: its BLOCK. */
const BLOCK = 128
/** Bytes of its list of a row, with room for one entry more than count, and of where the list ends. */
const LIST = (BLOCK + 1) * 8 + 4

/** Products skip zeros where there are many. */
export const unit: UnitMaker<Dense> = (site, { shape, before, after, input }) => ({
  unit: unitOf(site, shape, input, { input: bringsZeros(before), gradient: after[0]?.zeros === "makes" }),
  takes: 1,
})

/** Whether zeros that a layer makes reach this one, through layers that keep them. */
const bringsZeros = (before: ReadonlyArray<LayerShape>): boolean =>
  before.findLast(({ zeros }) => zeros !== "keeps")?.zeros === "makes"

interface ManyZeros {
  /** Many values of the input are zero. */
  readonly input: boolean
  /** Many values of the output's gradient are. */
  readonly gradient: boolean
}

function unitOf(site: Site, shape: LayerShape<Dense>, input: Activations, zeros: ManyZeros): Unit {
  const { kernels, arena, parameters, scratch } = site
  const { units } = shape.layer
  const inputs = input.size
  const output = activations(site, units, true)
  const [kernelShape, biasShape] = shape.parameters
  const kernel = parameters.add(kernelShape!.name, kernelShape!.shape, inputPanels(inputs, units))
  const bias = parameters.add(biasShape!.name, biasShape!.shape, paddedRow(units))
  const [rowsOfInputs, columns] = [vectors(inputs), vectors(units)]
  const panel = stride(units * PANEL_ROW)
  // Forward wants lanes along the units, so it multiplies by the transposed kernel.
  const transposedPanel = stride(rowsOfInputs * 4 * PANEL_ROW)
  const transposed = arena.allocate(Math.ceil(units / 8) * transposedPanel, "packed weights")
  const { values: x, rowBytes: strideX, gradient: to } = input
  const { values: y, rowBytes: strideY, gradient } = output
  if (zeros.input || zeros.gradient) scratch.reserve(Math.max(site.rows, units) * LIST)

  const { matrixProduct, sparseProduct } = kernels
  type Product = typeof matrixProduct
  const skipping: Product = (...terms) => sparseProduct(...terms, scratch.at)
  const forwardProduct = zeros.input ? skipping : matrixProduct
  const backwardProduct = zeros.gradient ? skipping : matrixProduct
  const deferred = isDeferred(site, input, units) ? deferredGradient(site, kernel, input, output) : undefined
  const toKernel = (rows: number, gradients: Pointer): void => {
    // biome-ignore format: one group of arguments a line
    backwardProduct(
      gradient, FLOAT, strideY,
      x, strideX, PANEL_ROW,
      at(gradients, kernel.offset), PANEL_ROW, panel,
      units, rowsOfInputs, rows, 0)
  }
  return {
    output,
    ...(deferred === undefined ? {} : { deferred }),
    prepare: () =>
      kernels.transposePanels(at(parameters.weights, kernel.offset), units, rowsOfInputs * 4, transposed),
    forward: (rows) => {
      // biome-ignore format: one group of arguments a line
      forwardProduct(
        x, strideX, FLOAT,
        transposed, PANEL_ROW, transposedPanel,
        y, strideY, PANEL_ROW,
        rows, columns, inputs, at(parameters.weights, bias.offset))
    },
    backward: (rows, gradients) => {
      kernels.columnSums(gradient, 0, rows, strideY, 1, units, at(gradients, bias.offset))
      if (deferred === undefined) toKernel(rows, gradients)
      else deferred.keep(rows, gradients)
      if (to === 0) return
      // biome-ignore format: one group of arguments a line
      backwardProduct(
        gradient, strideY, FLOAT,
        at(parameters.weights, kernel.offset), PANEL_ROW, panel,
        to, strideX, PANEL_ROW,
        rows, rowsOfInputs, units, 0)
    },
  }
}

export const tensorflow: TensorflowForm<Dense> = ({ tf, weight }, { name }, value) =>
  tf.add(tf.matMul(value, weight(`${name}/kernel`)), weight(`${name}/bias`))

/** Of an image's values it takes each with the weights that were trained for it, in whichever order they come. */
export const pytorch: PytorchForm<Dense> = ({ layer: { units }, input: [inputs] }, image) => ({
  module: `nn.Linear(${inputs}, ${units})`,
  tensors: {
    weight: {
      of: "kernel",
      axes: [...(image ?? [inputs]), units],
      order: image === undefined ? [1, 0] : [3, 2, 0, 1],
      shape: [units, inputs],
    },
    bias: vector("bias", units, undefined),
  },
})

export const layersModel: LayersModelForm<Dense> = ({ layer: { units } }) => ({
  className: "Dense",
  config: { units, use_bias: true },
  weights: KERNEL_AND_BIAS,
})
