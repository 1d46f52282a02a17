// The same network with strides in place of its pools: as many parameters of the same shapes, and maps as small.

import { strideOf } from "../layers/parts/windows.ts"
import type { Layer } from "../layers/table.ts"
import type { Network } from "../network/network.ts"
import { layerNames } from "../network/shapes.ts"

/**
 * Each pool goes, and the convolution before it moves by the pool's stride. Layers keep their names, so that both networks start
 * with the same weights. Throws RangeError for a pool that no convolution stands before.
 */
export function stridedInstead(network: Network): Network {
  const names = layerNames(network)
  const layers: Array<Layer> = []
  for (const [at, layer] of network.layers.entries()) {
    if (layer.type !== "pool") {
      layers.push({ ...layer, name: names[at]! })
      continue
    }
    const before = layers.findLastIndex(({ type }) => type === "conv")
    const conv = layers[before]
    if (conv?.type !== "conv") throw new RangeError(`no convolution stands before ${names[at]}`)
    const [down, across] = strideOf(layer)
    const [ownDown, ownAcross] = strideOf(conv)
    layers[before] = { ...conv, stride: [down * ownDown, across * ownAcross] }
  }
  const [first, ...rest] = layers
  return { layers: [first!, ...rest] }
}
