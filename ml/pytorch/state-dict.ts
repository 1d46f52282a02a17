// Trained weights as the state_dict of a PyTorch module: its names, its layouts.
import { encodeSafetensors, type Writable } from "../data/safetensors.ts"
import type { TrainedNetwork } from "../network/weights.ts"
import { pytorchLayers } from "./pytorch-network.ts"
import { reordered } from "./reordered.ts"

/** A safetensors file: the tensors of each layer under its name there. */
export function stateDict({ network, inputShape, weights }: TrainedNetwork): Uint8Array {
  const entries = pytorchLayers(network, inputShape).flatMap(({ name, shape, tensors = {} }) =>
    Object.entries(tensors).map(([own, tensor]): [string, Writable[string]] => [
      `${name}.${own}`,
      tensor === "count"
        ? { shape: [], data: BigInt64Array.of(0n) }
        : {
            shape: tensor.shape,
            data: reordered(tensor.axes, tensor.order, weights[`${shape.name}/${tensor.of}`]!.data),
          },
    ]),
  )
  return encodeSafetensors(Object.fromEntries(entries), { format: "pt" }) // as PyTorch's own writer says
}
