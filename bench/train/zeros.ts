// How many of the values that a trained network's relus put out are zero: a kernel may skip those, so a table of speeds says it.
import { featureMaps } from "../../ml/coursework/feature-maps.ts"
import type { TrainedNetwork } from "../../ml/network/weights.ts"

/** The share over all relus of the network and all of the images. */
export async function shareOfZeros(
  module: WebAssembly.Module,
  trained: TrainedNetwork,
  images: Uint8Array,
): Promise<number> {
  let [zeros, all] = [0, 0]
  for (const layer of trained.network.layers) {
    if (layer.type !== "activation" || layer.kind !== "relu") continue
    const { values } = await featureMaps(module, trained, images, layer.name!)
    for (const value of values) if (value === 0) zeros++
    all += values.length
  }
  return zeros / all
}
