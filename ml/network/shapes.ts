// Shape arithmetic: what a network does to the shape of one example; it knows nothing of how it is computed.
import { ImpossibleNetwork } from "../layers/parts/impossible-network.ts"
import { type LayerShape, NO_MARGINS, type Shape, type ShapeRule } from "../layers/parts/shape.ts"
import { type Layer, shapeRules } from "../layers/table.ts"
import type { Network } from "./network.ts"

/** Shapes of every layer for examples of `input`; throws ImpossibleNetwork. */
export function shapes(network: Network, input: Shape): ReadonlyArray<LayerShape<Layer>> {
  const names = layerNames(network)
  const outputs = new Map<string, Shape>()
  const outputOf = (earlier: string): Shape | undefined => outputs.get(earlier)
  let shape = input
  return network.layers.map((layer, i) => {
    const rule = shapeRules[layer.type] as ShapeRule<Layer>
    const name = names[i]!
    const placed = {
      margins: NO_MARGINS,
      parameters: [],
      zeros: "none" as const,
      ...rule(layer, name, shape, outputOf),
      layer,
      name,
      input: shape,
    }
    shape = placed.output
    outputs.set(name, shape)
    return placed
  })
}

/** The layers' names, given or made up; throws ImpossibleNetwork where two layers have the same. */
export function layerNames(network: Network): ReadonlyArray<string> {
  const counts = new Map<string, number>()
  const seen = new Set<string>()
  return network.layers.map((layer) => {
    const count = (counts.get(layer.type) ?? 0) + 1
    counts.set(layer.type, count)
    const name = layer.name ?? `${layer.type}${count}`
    if (seen.has(name)) throw new ImpossibleNetwork({ layer: name, reason: "two layers have this name" })
    seen.add(name)
    return name
  })
}
