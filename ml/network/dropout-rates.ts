// A network's dropout rates, set apart from its layers, so that a search varies them and nothing else.
import type { Layer } from "../layers/table.ts"
import type { Network } from "./network.ts"
import { layerNames } from "./shapes.ts"

/**
 * The same network with this rate, in [0, 1), in every dropout layer; or with a rate for each by its name.
 * Throws RangeError when a name is of no dropout layer, or a dropout layer has no rate among the names.
 */
export function withDropout(network: Network, rate: number | Readonly<Record<string, number>>): Network {
  const names = layerNames(network)
  const droppers = names.filter((_, at) => network.layers[at]!.type === "dropout")
  const rateOf = (name: string): number => (typeof rate === "number" ? rate : rate[name]!)
  if (typeof rate !== "number" && `${Object.keys(rate).sort()}` !== `${[...droppers].sort()}`) {
    throw new RangeError(
      `dropout rates are for ${Object.keys(rate).join(", ")}, but the dropout layers are ${droppers.join(", ")}`,
    )
  }
  const change = (layer: Layer, at: number): Layer =>
    layer.type === "dropout" ? { ...layer, rate: rateOf(names[at]!) } : layer
  const [first, ...rest] = network.layers
  return { layers: [change(first, 0), ...rest.map((layer, i) => change(layer, i + 1))] }
}
