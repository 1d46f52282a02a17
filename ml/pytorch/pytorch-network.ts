// A network's layers as PyTorch has them, under the names that they have there; it writes nothing.
import type { Image, PytorchForm, PytorchLayer } from "../layers/parts/pytorch.ts"
import type { LayerShape, Shape } from "../layers/parts/shape.ts"
import { type Layer, pytorchForms } from "../layers/table.ts"
import type { Network } from "../network/network.ts"
import { shapes } from "../network/shapes.ts"
import { identifiers } from "./identifiers.ts"

/** A layer with its name in PyTorch. */
export interface NamedLayer extends PytorchLayer {
  readonly name: string
  /** The layer as it is here. */
  readonly shape: LayerShape<Layer>
  /** What a later layer takes is kept under this name. */
  readonly keptAs?: string
  /** The earlier layers that it takes: under which names, and the images of whose values these consist. */
  readonly taken: ReadonlyArray<Kept>
}

/** What a layer gave, under its name in `forward`. */
interface Kept {
  readonly name: string
  readonly image: Image | undefined
}

/** The layers in order, for examples of `input`; throws ImpossibleNetwork. */
export function pytorchLayers(network: Network, input: Shape): ReadonlyArray<NamedLayer> {
  const layers = shapes(network, input)
  const names = identifiers(layers.map(({ name }) => name))
  const isTaken = new Set(layers.flatMap(({ takes = [] }) => takes))
  const kept = new Map<string, Kept>()
  let image: Image | undefined
  return layers.map((shape, i) => {
    const form = pytorchForms[shape.layer.type] as PytorchForm<Layer>
    const taken = (shape.takes ?? []).map((earlier) => kept.get(earlier)!)
    const layer = form(shape, image)
    const isMixed = shape.layer.type === "concat" || taken.some((other) => `${other.image}` !== `${image}`)
    image = shape.branches ? taken[0]!.image : taken.length > 0 && isMixed ? undefined : layer.image
    const name = names[i]!
    if (isTaken.has(shape.name)) kept.set(shape.name, { name: `${name}_output`, image })
    const keptAs = kept.get(shape.name)?.name
    return {
      ...{ ...layer, image, name, shape, taken },
      ...(keptAs === undefined ? {} : { keptAs }),
    }
  })
}
