// Named arrays of NumPy's as the weights of a network here: names and shapes checked.
import { decodeNpz } from "../data/arrays/npz.ts"
import type { Tensors } from "../data/tensor.ts"
import { shapes } from "../network/shapes.ts"
import type { TrainedNetwork } from "../network/weights.ts"
import { checkTensors, WeightsMismatch } from "../network/weights-mismatch.ts"

/**
 * What {@link weightsNpz} writes, or `np.savez(path, **{"conv1/kernel": kernel, …})`: float32 in the layouts that they have here.
 *
 * @throws ArrayError where the bytes are no such file, WeightsMismatch where the arrays are another network's
 */
export async function fromNpz(
  bytes: Uint8Array,
  { network, inputShape }: Pick<TrainedNetwork, "network" | "inputShape">,
): Promise<Tensors> {
  const arrays = Object.fromEntries(await decodeNpz(bytes))
  const layers = shapes(network, inputShape)
  const places = layers.flatMap(({ name: layer, parameters }) =>
    parameters.map(({ name, shape }) => [name, { shape, layer }] as const),
  )
  checkTensors(arrays, new Map(places), "the .npz file")
  for (const [name, { data }] of Object.entries(arrays))
    if (!(data instanceof Float32Array))
      throw new WeightsMismatch(`${name} holds other than floats of 32 bits: save array.astype(np.float32)`)
  return arrays
}
