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
  /** What a later layer adds is kept under this name. */
  readonly keptAs?: string
  /** The earlier layer that it adds: under which name, and the image of whose values that consists. */
  readonly added?: { readonly name: string; readonly image: Image | undefined }
}

/** The layers in order, for examples of `input`; throws ImpossibleNetwork. */
export function pytorchLayers(network: Network, input: Shape): ReadonlyArray<NamedLayer> {
  const layers = shapes(network, input)
  const names = identifiers(layers.map(({ name }) => name))
  const isAdded = new Set(layers.map(({ adds }) => adds))
  const kept = new Map<string | undefined, { readonly name: string; readonly image: Image | undefined }>()
  let image: Image | undefined
  return layers.map((shape, i) => {
    const form = pytorchForms[shape.layer.type] as PytorchForm<Layer>
    const added = kept.get(shape.adds)
    const layer = form(shape, image)
    image = added !== undefined && `${added.image}` !== `${image}` ? undefined : layer.image
    const name = names[i]!
    if (isAdded.has(shape.name)) kept.set(shape.name, { name: `${name}_output`, image })
    const keptAs = kept.get(shape.name)?.name
    return {
      ...{ ...layer, image, name, shape },
      ...(added === undefined ? {} : { added }),
      ...(keptAs === undefined ? {} : { keptAs }),
    }
  })
}
