// A convolution: filters that slide over an image; it knows the relu and the max-pool that it can take in, no other layer.
import type { Tensor4D } from "@tensorflow/tfjs-core"
import { isRelu } from "./activation.ts"
import type { Conv } from "./convolution/conv.ts"
import { convolutionUnit } from "./convolution/unit.ts"
import { CHANNELS_LAST, KERNEL_AND_BIAS, type LayersModelForm } from "./parts/layers-model.ts"
import { type PytorchForm, pair, vector } from "./parts/pytorch.ts"
import { type CostRule, kernelAndBias, type ShapeRule, sizeOf } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import type { UnitMaker } from "./parts/unit.ts"
import { extentOf, imageOf, slide, strideOf } from "./parts/windows.ts"
import { isMaxPool, isTiled } from "./pool.ts"

export const shape: ShapeRule<Conv> = (layer, name, input) => {
  const [h, w, c] = imageOf(input, name)
  const kernel = extentOf(layer.kernel)
  const { output, margins } = slide(name, [h, w], kernel, strideOf(layer), layer.padding)
  return {
    output: [...output, layer.filters],
    margins,
    parameters: kernelAndBias(name, [...kernel, c, layer.filters], layer.initializer),
  }
}

/** Multiplications with the zeros of the margins are among them. */
export const cost: CostRule<Conv> = ({ layer, input, output }) => ({
  multiplyAdds: sizeOf(output) * sizeOf(extentOf(layer.kernel)) * input.at(-1)!,
  inPlace: false,
})

/** A relu right after it is taken in, and so is a max-pool after these whose windows are tiles. */
export const unit: UnitMaker<Conv> = (site, { shape: conv, after, input, first }) => {
  const relu = isRelu(after[0])
  const next = after[relu ? 1 : 0]
  const pool = isMaxPool(next) && isTiled(next) ? next : undefined
  const takes = 1 + (relu ? 1 : 0) + (pool === undefined ? 0 : 1)
  return { unit: convolutionUnit(site, { conv, relu, pool }, input, first), takes }
}

export const tensorflow: TensorflowForm<Conv> = ({ tf, weight }, { layer, name }, value) => {
  const kernel = weight(`${name}/kernel`) as Tensor4D
  const convolved = tf.conv2d(value as Tensor4D, kernel, [...strideOf(layer)], layer.padding)
  return tf.add(convolved, weight(`${name}/bias`))
}

/** Its module takes as many zeros before as behind; others are put there beforehand. */
export const pytorch: PytorchForm<Conv> = ({ layer, input, margins }) => {
  const [kernel, stride] = [extentOf(layer.kernel), strideOf(layer)]
  const channels = input.at(-1)!
  const { top, bottom, left, right } = margins
  const isEven = top === bottom && left === right
  const settings = [
    ...(sizeOf(stride) === 1 ? [] : [`, stride=${pair(stride)}`]),
    ...(isEven && top + left > 0 ? [`, padding=${pair([top, left])}`] : []),
  ]
  return {
    module: `nn.Conv2d(${channels}, ${layer.filters}, kernel_size=${pair(kernel)}${settings.join("")})`,
    ...(isEven ? {} : { margins }),
    tensors: {
      weight: {
        of: "kernel",
        axes: [...kernel, channels, layer.filters],
        order: [3, 2, 0, 1],
        shape: [layer.filters, channels, ...kernel],
      },
      bias: vector("bias", layer.filters, undefined),
    },
  }
}

export const layersModel: LayersModelForm<Conv> = ({ layer }) => ({
  className: "Conv2D",
  config: {
    ...CHANNELS_LAST,
    filters: layer.filters,
    kernel_size: extentOf(layer.kernel),
    strides: strideOf(layer),
    padding: layer.padding,
    use_bias: true,
  },
  weights: KERNEL_AND_BIAS,
})
