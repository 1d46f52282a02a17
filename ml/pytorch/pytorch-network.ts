// A network's layers as PyTorch has them, under the names that they have there; it writes nothing.
import type { Image, PytorchForm, PytorchLayer } from "../layers/parts/pytorch.ts"
import type { LayerShape } from "../layers/parts/shape.ts"
import { type Layer, pytorchForms } from "../layers/table.ts"
import type { Network } from "../network/network.ts"
import { shapes } from "../network/shapes.ts"
import { identifiers } from "./identifiers.ts"

/** A layer with its name in PyTorch. */
export interface NamedLayer extends PytorchLayer {
  readonly name: string
  /** The layer as it is here. */
  readonly shape: LayerShape<Layer>
}

/** The layers in order, for examples of `input`; throws ImpossibleNetwork. */
export function pytorchLayers(network: Network, input: Image): ReadonlyArray<NamedLayer> {
  const layers = shapes(network, input)
  const names = identifiers(layers.map(({ name }) => name))
  let image: Image | undefined
  return layers.map((shape, i) => {
    const form = pytorchForms[shape.layer.type] as PytorchForm<Layer>
    const layer = form(shape, image)
    image = layer.image
    return { ...layer, name: names[i]!, shape }
  })
}
