// A depth-wise convolution: each channel has one filter of its own, and gives one. It knows nothing of its neighbours.
import type { Tensor4D } from "@tensorflow/tfjs-core"
import * as Schema from "effect/Schema"
import { channelRows, paddedRow } from "../kernels/parameters.ts"
import { at } from "../kernels/quantities.ts"
import { declared, Extent, initializer, name, padding } from "./parts/fields.ts"
import { CHANNELS_LAST, type LayersModelForm } from "./parts/layers-model.ts"
import { type PytorchForm, pair, vector } from "./parts/pytorch.ts"
import { type CostRule, kernelAndBias, type LayerShape, type ShapeRule, sizeOf } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import { type Activations, activations, type Site, type Unit, type UnitMaker } from "./parts/unit.ts"
import { extentOf, imageOf, slide, strideOf } from "./parts/windows.ts"

/** The first half of a separable convolution (https://arxiv.org/abs/1704.04861, section 3.1); a conv of kernel 1 is the other. */
export const DepthwiseConv = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("depthwise-conv"),
    name,
    kernel: Extent,
    stride: Schema.optionalWith(Extent, { default: () => 1 }),
    padding,
    initializer,
  }),
)
export type DepthwiseConv = typeof DepthwiseConv.Type

/** The kernel is [height, width, 1, channels]: every output has one input. */
export const shape: ShapeRule<DepthwiseConv> = (layer, name, input) => {
  const [h, w, c] = imageOf(input, name)
  const kernel = extentOf(layer.kernel)
  const { output, margins } = slide(name, [h, w], kernel, strideOf(layer), layer.padding)
  return {
    output: [...output, c],
    margins,
    parameters: kernelAndBias(name, [...kernel, 1, c], layer.initializer),
  }
}

/** Multiplications with the zeros of the margins are among them. */
export const cost: CostRule<DepthwiseConv> = ({ layer, output }) => ({
  multiplyAdds: sizeOf(output) * sizeOf(extentOf(layer.kernel)),
  inPlace: false,
})

export const unit: UnitMaker<DepthwiseConv> = (site, { shape, input }) => ({
  unit: unitOf(site, shape, input),
  takes: 1,
})

function unitOf(site: Site, shape: LayerShape<DepthwiseConv>, input: Activations): Unit {
  const { kernels, parameters } = site
  const output = activations(site, sizeOf(shape.output), true)
  const [height, width, channels] = shape.input as readonly [number, number, number]
  const [outHeight, outWidth] = shape.output as readonly [number, number, number]
  const [kernelHeight, kernelWidth] = extentOf(shape.layer.kernel)
  const [strideY, strideX] = strideOf(shape.layer)
  const { top, left } = shape.margins
  const [ofKernel, ofBias] = shape.parameters
  const rows = channelRows(kernelHeight * kernelWidth, channels)
  const kernel = parameters.add(ofKernel!.name, ofKernel!.shape, rows)
  const bias = parameters.add(ofBias!.name, ofBias!.shape, paddedRow(channels))
  const { values: x, rowBytes: inRow, gradient: to } = input
  const { values, rowBytes: outRow, gradient } = output
  return {
    output,
    forward: (rows) =>
      // biome-ignore format: one group of arguments a line
      kernels.depthwiseForward(
        x, inRow, rows, height, width, channels,
        at(parameters.weights, kernel.offset), at(parameters.weights, bias.offset), kernelHeight, kernelWidth,
        strideY, strideX, top, left,
        values, outRow, outHeight, outWidth),
    backward: (rows, gradients) => {
      kernels.clear(at(gradients, bias.offset), bias.source.length * 4)
      // biome-ignore format: one group of arguments a line
      kernels.depthwiseFilterGradient(
        x, inRow, rows, height, width, channels,
        gradient, outRow, outHeight, outWidth,
        kernelHeight, kernelWidth, strideY, strideX, top, left,
        at(gradients, kernel.offset), at(gradients, bias.offset))
      if (to === 0) return
      kernels.clear(to, rows * inRow)
      // biome-ignore format: one group of arguments a line
      kernels.depthwiseInputGradient(
        gradient, outRow, rows, outHeight, outWidth, channels,
        at(parameters.weights, kernel.offset), kernelHeight, kernelWidth,
        strideY, strideX, top, left,
        to, inRow, height, width)
    },
  }
}

/** Zeros are put around the image by hand. TensorFlow has strides that are the same both ways: others leave out values afterwards. */
export const tensorflow: TensorflowForm<DepthwiseConv> = ({ tf, weight }, shape, value) => {
  const { layer, name, input, output, margins } = shape
  const [height, width] = extentOf(layer.kernel)
  const [strideY, strideX] = strideOf(layer)
  const filters = tf.reshape(weight(`${name}/kernel`), [height, width, input.at(-1)!, 1]) as Tensor4D
  const { top, bottom, left, right } = margins
  const padded = tf.pad(value as Tensor4D, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ])
  const stride = strideY === strideX ? strideY : 1
  const convolved = tf.depthwiseConv2d(padded, filters, stride, "valid")
  const every = (count: number, step: number) => tf.range(0, count * step, step, "int32")
  const [rows, columns] = output as readonly [number, number, number]
  const kept =
    strideY === strideX
      ? convolved
      : tf.gather(tf.gather(convolved, every(rows, strideY), 1), every(columns, strideX), 2)
  return tf.add(kept, weight(`${name}/bias`))
}

/** Its module takes as many zeros before as behind; others are put there beforehand. */
export const pytorch: PytorchForm<DepthwiseConv> = ({ layer, input, margins }) => {
  const [kernel, stride] = [extentOf(layer.kernel), strideOf(layer)]
  const channels = input.at(-1)!
  const { top, bottom, left, right } = margins
  const isEven = top === bottom && left === right
  const settings = [
    `kernel_size=${pair(kernel)}`,
    ...(sizeOf(stride) === 1 ? [] : [`stride=${pair(stride)}`]),
    ...(isEven && top + left > 0 ? [`padding=${pair([top, left])}`] : []),
    `groups=${channels}`,
  ]
  return {
    module: `nn.Conv2d(${channels}, ${channels}, ${settings.join(", ")})`,
    ...(isEven ? {} : { margins }),
    tensors: {
      weight: {
        of: "kernel",
        axes: [...kernel, 1, channels],
        order: [3, 2, 0, 1],
        shape: [channels, 1, ...kernel],
      },
      bias: vector("bias", channels, undefined),
    },
  }
}

/** Its kernel's last axes are there the channels, and how many each of them gives. */
export const layersModel: LayersModelForm<DepthwiseConv> = ({ layer, input }) => ({
  className: "DepthwiseConv2D",
  config: {
    ...CHANNELS_LAST,
    depth_multiplier: 1,
    kernel_size: extentOf(layer.kernel),
    strides: strideOf(layer),
    padding: layer.padding,
    use_bias: true,
  },
  weights: {
    depthwise_kernel: { of: "kernel", shape: [...extentOf(layer.kernel), input.at(-1)!, 1] },
    bias: { of: "bias" },
  },
})
