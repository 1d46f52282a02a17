/** A dense layer on the kernels; it knows nothing of its neighbours. */
import type { Dense } from "../network.ts"
import type { LayerShape } from "../shapes.ts"
import { paddedRow, unitPanels } from "./parameters.ts"
import { type Activations, activations, type Site, type Unit, vectors } from "./unit.ts"

/** Bytes of a panel's row: eight values. */
const PANEL_ROW = 32

export function denseUnit(site: Site, shape: LayerShape<typeof Dense.Type>, input: Activations): Unit {
  const { kernels, arena, parameters } = site
  const { units } = shape.layer
  const inputs = input.size
  const output = activations(site, units, true)
  const [kernelShape, biasShape] = shape.parameters
  const kernel = parameters.add(kernelShape!.name, kernelShape!.shape, unitPanels(inputs, units))
  const bias = parameters.add(biasShape!.name, biasShape!.shape, paddedRow(units))
  const columns = vectors(units)
  const panel = inputs * PANEL_ROW
  // The input's gradient wants lanes along the inputs, so it multiplies by the transposed kernel.
  const transposedPanel = columns * 4 * PANEL_ROW
  const transposed =
    input.gradient === 0 ? 0 : arena.allocate(Math.ceil(inputs / 8) * transposedPanel, "packed weights")
  const { values: x, rowBytes: strideX, gradient: to } = input
  const { values: y, rowBytes: strideY, gradient } = output
  return {
    output,
    prepare: () => {
      if (transposed === 0) return
      kernels.transposePanels(parameters.weights + kernel.offset, inputs, columns * 4, transposed)
    },
    forward: (rows) => {
      const { weights } = parameters
      // biome-ignore format: one group of arguments a line
      kernels.matrixProduct(
        x, strideX, 4,
        weights + kernel.offset, PANEL_ROW, panel,
        y, strideY, PANEL_ROW,
        rows, columns, inputs, weights + bias.offset)
    },
    backward: (rows, gradients) => {
      kernels.columnSums(gradient, 0, rows, strideY, 1, units, gradients + bias.offset)
      // biome-ignore format: one group of arguments a line
      kernels.matrixProduct(
        x, 4, strideX,
        gradient, strideY, PANEL_ROW,
        gradients + kernel.offset, PANEL_ROW, panel,
        inputs, columns, rows, 0)
      if (transposed === 0) return
      // biome-ignore format: one group of arguments a line
      kernels.matrixProduct(
        gradient, strideY, 4,
        transposed, PANEL_ROW, transposedPanel,
        to, strideX, PANEL_ROW,
        rows, vectors(inputs), units, 0)
    },
  }
}
