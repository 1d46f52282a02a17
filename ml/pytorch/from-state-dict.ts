// The state_dict of a PyTorch module as the weights of a network here: names checked, axes in our order.
import { decodeSafetensors } from "../data/safetensors.ts"
import type { Tensor, Tensors } from "../data/tensor.ts"
import type { Transposed } from "../layers/parts/pytorch.ts"
import type { TrainedNetwork } from "../network/weights.ts"
import { checkTensors, WeightsMismatch } from "../network/weights-mismatch.ts"
import { pytorchLayers } from "./pytorch-network.ts"
import { reordered } from "./reordered.ts"

/**
 * What {@link stateDict} writes, or what one's own module of the same layers saved by `safetensors.torch.save_file`.
 *
 * @param modules the module's own name of a layer, where that is not the layer's: `{ conv1: "features.0" }`
 * @throws SafetensorsError where the bytes are no such file, WeightsMismatch where they are another network's
 */
export function fromStateDict(
  bytes: Uint8Array,
  { network, inputShape }: Pick<TrainedNetwork, "network" | "inputShape">,
  modules: Readonly<Record<string, string>> = {},
): Tensors {
  const { tensors, counters } = decodeSafetensors(bytes)
  const layers = pytorchLayers(network, inputShape)
  for (const layer of Object.keys(modules))
    if (!layers.some(({ shape }) => shape.name === layer))
      throw new WeightsMismatch(`a module is named for layer ${layer}, which the network has not`)
  const places = layers.flatMap(({ name, shape, tensors = {} }) =>
    Object.entries(tensors).map(([own, tensor]) => ({
      name: `${Object.hasOwn(modules, shape.name) ? modules[shape.name] : name}.${own}`,
      shape,
      tensor,
    })),
  )
  const weights = places.flatMap(({ tensor, ...place }) => (tensor === "count" ? [] : [{ ...place, tensor }]))
  const counts = new Set(places.flatMap(({ name, tensor }) => (tensor === "count" ? [name] : [])))
  checkTensors(
    { ...tensors, ...without(counters, counts) },
    new Map(weights.map(({ name, shape, tensor }) => [name, { layer: shape.name, shape: tensor.shape }])),
    "the state_dict",
  )
  return Object.fromEntries(
    weights.map(({ name, shape, tensor }) => {
      const own = `${shape.name}/${tensor.of}`
      const here = shape.parameters.find((parameter) => parameter.name === own)!.shape
      return [own, { shape: here, data: ours(name, tensor, tensors[name]!) }]
    }),
  )
}

/** Counters of training steps, which nothing here keeps, may be there or not. */
const without = (counters: Readonly<Record<string, Tensor<BigInt64Array>>>, known: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(counters).filter(([name]) => !known.has(name)))

/** Back from its order of axes to ours. */
function ours(name: string, { axes, order }: Transposed, { data }: Tensor): Float32Array {
  if (!(data instanceof Float32Array))
    throw new WeightsMismatch(`${name} holds other than floats of 32 bits: save model.float().state_dict()`)
  const there = order.map((axis) => axes[axis]!)
  const back = axes.map((_, axis) => order.indexOf(axis))
  return reordered(there, back, data)
}
