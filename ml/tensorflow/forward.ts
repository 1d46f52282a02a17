/** A network's layers as operations of TensorFlow.js; it knows no loss and no optimizer. */
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core"
import type { Pool } from "../network/network.ts"
import { extentOf, type LayerShape, sizeOf, strideOf } from "../network/shapes.ts"
import { extend, type Seed } from "../statistics/random.ts"
import { drawMask, type Moment } from "./masks.ts"
import type { Tensorflow } from "./tensorflow.ts"

/** The slope of a leaky relu that has none of its own. */
const SLOPE = 0.01

/** What a pass in training needs besides the weights. */
export interface Training {
  /** The parts of these rows that draw masks of their own: rows of each, and when. */
  readonly parts: ReadonlyArray<{ readonly rows: number; readonly moment: Moment }>
  /** Takes in the statistics of a batch normalization, within the pass. */
  measured(layer: string, mean: Tensor, variance: Tensor): void
}

/** Logits of `x`, [rows, height, width, channels]; without `training` dropout is off and statistics are the running ones. */
export function forward(
  tf: Tensorflow,
  layers: ReadonlyArray<LayerShape>,
  stream: Seed,
  weight: (name: string) => Tensor,
  x: Tensor,
  training?: Training,
): Tensor {
  return layers.reduce((value, shape) => apply(tf, shape, stream, weight, value, training), x)
}

function apply(
  tf: Tensorflow,
  shape: LayerShape,
  stream: Seed,
  weight: (name: string) => Tensor,
  value: Tensor,
  training: Training | undefined,
): Tensor {
  const { layer, name, input } = shape
  switch (layer.type) {
    case "flatten":
      return tf.reshape(value, [-1, sizeOf(input)])
    case "activation":
      return layer.kind === "leaky-relu" ? tf.leakyRelu(value, layer.slope ?? SLOPE) : tf[layer.kind](value)
    case "global-average":
      return tf.mean(value, [1, 2])
    case "dense":
      return tf.add(tf.matMul(value, weight(`${name}/kernel`)), weight(`${name}/bias`))
    case "conv": {
      const kernel = weight(`${name}/kernel`) as Tensor4D
      const convolved = tf.conv2d(value as Tensor4D, kernel, pair(strideOf(layer)), layer.padding)
      return tf.add(convolved, weight(`${name}/bias`))
    }
    case "pool":
      return layer.kind === "max"
        ? tf.maxPool(value as Tensor4D, pair(extentOf(layer.size)), pair(strideOf(layer)), layer.padding)
        : averagePool(tf, shape as LayerShape<typeof Pool.Type>, value as Tensor4D)
    case "batch-normalization": {
      const { mean, variance } =
        training === undefined
          ? { mean: weight(`${name}/mean`), variance: weight(`${name}/variance`) }
          : tf.moments(value, [...value.shape.keys()].slice(0, -1))
      training?.measured(name, mean, variance)
      const normal = tf.div(tf.sub(value, mean), tf.sqrt(tf.add(variance, layer.epsilon)))
      return tf.add(tf.mul(normal, weight(`${name}/scale`)), weight(`${name}/shift`))
    }
    case "dropout":
      return training === undefined || layer.rate === 0
        ? value
        : tf.mul(value, maskOf(tf, layer.rate, extend(stream, "dropout", name), value, training))
  }
}

/**
 * Zeros around the image are put there by hand and taken out of the means again: TensorFlow.js 4.22's own gradient divides by
 * the whole window where margins are left out.
 */
function averagePool(
  tf: Tensorflow,
  { layer, margins, input, output }: LayerShape<typeof Pool.Type>,
  value: Tensor4D,
): Tensor {
  const { top, bottom, left, right } = margins
  const [size, stride] = [pair(extentOf(layer.size)), pair(strideOf(layer))]
  if (top + bottom + left + right === 0) return tf.avgPool(value, size, stride, "valid")
  const padded = tf.pad(value, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ])
  const [height, width] = output as readonly [number, number, number]
  const [rows, columns] = [
    within(height, size[0], stride[0], top, input[0]),
    within(width, size[1], stride[1], left, input[1]!),
  ]
  const factors = rows.flatMap((a) => columns.map((b) => (size[0] * size[1]) / (a * b)))
  return tf.mul(tf.avgPool(padded, size, stride, "valid"), tf.tensor(factors, [height, width, 1]))
}

/** How many of each window's places along an axis lie within the image. */
const within = (windows: number, size: number, stride: number, before: number, length: number) =>
  Array.from({ length: windows }, (_, i) => {
    const start = i * stride - before
    return Math.min(start + size, length) - Math.max(start, 0)
  })

function maskOf(tf: Tensorflow, rate: number, seed: Seed, value: Tensor, { parts }: Training): Tensor {
  const width = sizeOf(value.shape.slice(1))
  const mask = new Float32Array(value.size)
  let row = 0
  for (const { rows, moment } of parts) {
    drawMask(seed, rate, moment, mask, row * width, rows, width)
    row += rows
  }
  return tf.tensor(mask, value.shape)
}

const pair = ([a, b]: readonly [number, number]): [number, number] => [a, b]
