/** Layers that work value by value, on the kernels; they know nothing of shapes. */
import type { Kernels } from "../kernels/kernels.ts"
import type { Activation } from "../layers/activation.ts"
import { type Activations, activations, type Site, type Unit } from "./unit.ts"

/** A leaky relu's slope where its layer has none. */
const SLOPE = 0.01

interface Passes {
  forward(rows: number): void
  backward(vectors: number): void
}

export function activationUnit(site: Site, layer: typeof Activation.Type, input: Activations): Unit {
  const output = activations(site, input.size, true)
  const perRow = output.rowBytes / 16
  const { forward, backward } = passes(site.kernels, layer, input, output, perRow)
  return {
    output,
    forward,
    backward: (rows) => {
      if (input.gradient !== 0) backward(rows * perRow)
    },
  }
}

function passes(
  kernels: Kernels,
  { kind, slope = SLOPE }: typeof Activation.Type,
  { values: x, gradient: to }: Activations,
  { values: y, gradient, size, rowBytes }: Activations,
  perRow: number,
): Passes {
  switch (kind) {
    case "relu":
      return {
        forward: (rows) => kernels.reluForward(x, y, rows * perRow),
        backward: (vectors) => kernels.reluBackward(gradient, y, to, vectors),
      }
    case "tanh":
      return {
        forward: (rows) => kernels.tanhForward(x, y, rows * perRow),
        backward: (vectors) => kernels.tanhBackward(gradient, y, to, vectors),
      }
    case "leaky-relu":
      return {
        forward: (rows) => kernels.leakyReluForward(x, y, rows * perRow, slope),
        backward: (vectors) => kernels.leakyReluBackward(gradient, y, to, vectors, slope),
      }
    case "sigmoid":
      return {
        forward: (rows) => kernels.sigmoidForward(x, y, rows, size, rowBytes),
        backward: (vectors) => kernels.sigmoidBackward(gradient, y, to, vectors),
      }
  }
}
