// Trained weights as the state_dict of a PyTorch module: its names, its layouts.
import { encodeSafetensors, type Writable } from "../data/safetensors.ts"
import type { Tensor, TensorData } from "../data/tensor.ts"
import type { Transposed } from "../layers/parts/pytorch.ts"
import type { TrainedNetwork } from "../network/weights.ts"
import { pytorchLayers } from "./pytorch-network.ts"

/** A safetensors file: the tensors of each layer under its name there. */
export function stateDict({ network, inputShape, weights }: TrainedNetwork): Uint8Array {
  const entries = pytorchLayers(network, inputShape).flatMap(({ name, shape, tensors = {} }) =>
    Object.entries(tensors).map(([own, tensor]): [string, Writable[string]] => [
      `${name}.${own}`,
      tensor === "count"
        ? { shape: [], data: BigInt64Array.of(0n) }
        : { shape: tensor.shape, data: transposed(tensor, weights[`${shape.name}/${tensor.of}`]!) },
    ]),
  )
  return encodeSafetensors(Object.fromEntries(entries), { format: "pt" }) // as PyTorch's own writer says
}

/** The values in the order in which they lie once the axes are in theirs. */
function transposed({ axes, order }: Transposed, { data }: Tensor): TensorData {
  const strides = axes.map((_, axis) => axes.slice(axis + 1).reduce((a, b) => a * b, 1))
  const [sizes, steps] = [order.map((axis) => axes[axis]!), order.map((axis) => strides[axis]!)]
  const values = data.slice()
  const place = sizes.map(() => 0)
  let from = 0
  for (let at = 0; at < values.length; at++) {
    values[at] = data[from]!
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis]!
      if (++place[axis]! < sizes[axis]!) break
      from -= steps[axis]! * sizes[axis]!
      place[axis] = 0
    }
  }
  return values
}
