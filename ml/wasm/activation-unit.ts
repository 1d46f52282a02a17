/** Layers that work value by value, on the kernels; they know nothing of shapes. */
import { type Count, type Pointer, VECTOR, type Vectors } from "../kernels/quantities.ts"
import type { Kernels } from "../kernels/signatures.ts"
import type { Activation } from "../layers/activation.ts"
import { type Activations, activations, type Output, type Site, type Unit } from "./unit.ts"

/** A leaky relu's slope where its layer has none. */
const SLOPE = 0.01

interface Passes {
  forward(rows: Count): void
  backward(to: Pointer, vectors: Vectors): void
}

export function activationUnit(site: Site, layer: typeof Activation.Type, input: Activations): Unit {
  const output = activations(site, input.size, true)
  const perRow = output.rowBytes / VECTOR
  const { forward, backward } = passes(site.kernels, layer, input.values, output, perRow)
  return {
    output,
    forward,
    backward: (rows) => {
      if (input.gradient !== 0) backward(input.gradient, rows * perRow)
    },
  }
}

function passes(
  kernels: Kernels,
  { kind, slope = SLOPE }: typeof Activation.Type,
  x: Pointer,
  { values: y, gradient, size, rowBytes }: Output,
  perRow: Vectors,
): Passes {
  switch (kind) {
    case "relu":
      return {
        forward: (rows) => kernels.reluForward(x, y, rows * perRow),
        backward: (to, vectors) => kernels.reluBackward(gradient, y, to, vectors),
      }
    case "tanh":
      return {
        forward: (rows) => kernels.tanhForward(x, y, rows * perRow),
        backward: (to, vectors) => kernels.tanhBackward(gradient, y, to, vectors),
      }
    case "leaky-relu":
      return {
        forward: (rows) => kernels.leakyReluForward(x, y, rows * perRow, slope),
        backward: (to, vectors) => kernels.leakyReluBackward(gradient, y, to, vectors, slope),
      }
    case "sigmoid":
      return {
        forward: (rows) => kernels.sigmoidForward(x, y, rows, size, rowBytes),
        backward: (to, vectors) => kernels.sigmoidBackward(gradient, y, to, vectors),
      }
  }
}
