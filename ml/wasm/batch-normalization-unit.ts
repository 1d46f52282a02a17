/**
 * Batch normalization on the kernels, with the statistics of a shard's rows in training and running ones otherwise; it knows
 * no neighbour.
 */

import { paddedRow, type Slot } from "../kernels/parameters.ts"
import { at, type Pointer, rowOf, vectors } from "../kernels/quantities.ts"
import type { BatchNormalization } from "../layers/batch-normalization.ts"
import type { LayerShape } from "../layers/parts/shape.ts"
import { type Activations, activations, type Site, type Unit } from "./unit.ts"

export function batchNormalizationUnit(
  site: Site,
  { layer, input: shape, parameters: tensors }: LayerShape<BatchNormalization>,
  input: Activations,
): Unit {
  const { kernels, arena, parameters } = site
  const output = activations(site, input.size, true)
  const channels = shape.at(-1)!
  const positions = input.size / channels
  const [scale, shift, runningMean, runningVariance] = tensors.map(({ name, shape }) =>
    parameters.add(name, shape, paddedRow(channels)),
  )
  const [columns, row] = [vectors(channels), rowOf(channels)]
  // Each shard's statistics stay until all are there: the running ones take them in by order, whoever computed them.
  const means = arena.allocate(site.shards * row, "statistics")
  const variances = arena.allocate(site.shards * row, "statistics")
  const inverse = arena.allocate(row)
  let [mean, variance] = [means, variances]
  const { values: x, rowBytes: stride, gradient: to } = input
  const { momentum, epsilon } = layer
  const held = (slot: Slot | undefined): Pointer => at(parameters.weights, slot!.offset)
  return {
    output,
    forward: (rows, training) => {
      if (training !== undefined) {
        const offset = training.shard * row
        mean = at(means, offset)
        variance = at(variances, offset)
        kernels.batchStatistics(x, rows, stride, positions, channels, mean, variance)
      }
      const [center, spread] =
        training === undefined ? [held(runningMean), held(runningVariance)] : [mean, variance]
      kernels.inverseDeviation(spread, inverse, channels, epsilon)
      // biome-ignore format: one group of arguments a line
      kernels.batchNormalizationForward(
        x, rows, stride, positions, channels,
        center, inverse, held(scale), held(shift), output.values)
    },
    settle: (shards) => {
      for (let offset = 0; offset < shards * row; offset += row) {
        kernels.moveTowards(held(runningMean), at(means, offset), columns, momentum, 1 - momentum)
        kernels.moveTowards(held(runningVariance), at(variances, offset), columns, momentum, 1 - momentum)
      }
    },
    backward: (rows, gradients) => {
      // Running statistics are no function of the loss: optimizers find a gradient of nothing.
      for (const slot of [runningMean!, runningVariance!])
        kernels.clear(at(gradients, slot.offset), slot.source.length * 4)
      // biome-ignore format: one group of arguments a line
      kernels.batchNormalizationBackward(
        output.gradient, x, rows, stride, positions, channels,
        mean, inverse, held(scale), at(gradients, scale!.offset), at(gradients, shift!.offset), to)
    },
  }
}
