/**
 * Batch normalization on the kernels, with the statistics of a shard's rows in training and running ones otherwise; it knows
 * no neighbour.
 */
import type { BatchNormalization } from "../network.ts"
import type { LayerShape } from "../shapes.ts"
import { paddedRow } from "./parameters.ts"
import { type Activations, activations, type Site, type Unit, vectors } from "./unit.ts"

export function batchNormalizationUnit(
  site: Site,
  { layer, input: shape, parameters: tensors }: LayerShape<typeof BatchNormalization.Type>,
  input: Activations,
): Unit {
  const { kernels, arena, parameters } = site
  const output = activations(site, input.size, true)
  const channels = shape.at(-1)!
  const positions = input.size / channels
  const [scale, shift, runningMean, runningVariance] = tensors.map(({ name, shape }) =>
    parameters.add(name, shape, paddedRow(channels)),
  )
  const columns = vectors(channels)
  const [mean, variance, inverse] = [0, 0, 0].map(() => arena.allocate(columns * 16))
  const { values: x, rowBytes: stride, gradient: to } = input
  const { momentum, epsilon } = layer
  const at = (slot: typeof scale): number => parameters.weights + slot!.offset
  return {
    output,
    forward: (rows, training) => {
      if (training !== undefined) {
        kernels.batchStatistics(x, rows, stride, positions, channels, mean!, variance!)
        kernels.moveTowards(at(runningMean), mean!, columns, momentum, 1 - momentum)
        kernels.moveTowards(at(runningVariance), variance!, columns, momentum, 1 - momentum)
      }
      const [center, spread] =
        training === undefined ? [at(runningMean), at(runningVariance)] : [mean!, variance!]
      kernels.inverseDeviation(spread, inverse!, channels, epsilon)
      // biome-ignore format: one group of arguments a line
      kernels.batchNormalizationForward(
        x, rows, stride, positions, channels,
        center, inverse!, at(scale), at(shift), output.values)
    },
    backward: (rows, gradients) => {
      // Running statistics are no function of the loss: optimizers find a gradient of nothing.
      for (const slot of [runningMean!, runningVariance!])
        kernels.clear(gradients + slot.offset, slot.source.length * 4)
      // biome-ignore format: one group of arguments a line
      kernels.batchNormalizationBackward(
        output.gradient, x, rows, stride, positions, channels,
        mean!, inverse!, at(scale), gradients + scale!.offset, gradients + shift!.offset, to)
    },
  }
}
