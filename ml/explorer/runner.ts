// A trained network in the reader's browser: what each of its layers gives for an image, with filters switched off or not.
// It runs the kernels that trained it, and knows no page.
import { layerRun, softmaxRun } from "../coursework/layer-by-layer.ts"
import { numbersOf } from "../data/normalization.ts"
import type { LoadedKernels } from "../kernels/load.ts"
import { type LayerShape, sizeOf } from "../layers/parts/shape.ts"
import type { Layer } from "../layers/table.ts"
import { shapes } from "../network/shapes.ts"
import type { TrainedNetwork } from "../network/weights.ts"

/** Filters that are switched off, from 0, by the name of their convolution: their maps are 0, before the activation. */
export type Ablated = ReadonlyMap<string, ReadonlySet<number>>

export interface Answer {
  /** What each layer gives, in their order, row-major [y, x, channel]; one that changes nothing may give the array before it. */
  readonly maps: ReadonlyArray<Float32Array>
  /** Of each class; undefined where the page has the network's first layers only. */
  readonly probabilities: Float32Array | undefined
}

export interface Runner {
  readonly layers: ReadonlyArray<LayerShape<Layer>>
  /** @param pixels height × width × channels bytes, 0 to 255 */
  forward(pixels: Uint8Array, options?: { readonly ablated?: Ablated }): Answer
}

/** Plans every layer of a network whose weights are there. `whole` says that its last layer gives the classes' logits. */
export function createRunner(
  kernels: LoadedKernels,
  { network, inputShape, normalization, weights }: TrainedNetwork,
  whole: boolean,
): Runner {
  const layers = shapes(network, inputShape)
  const runs = layers.map((shape) => layerRun(kernels, shape, weights))
  const softmax = whole ? softmaxRun(kernels, sizeOf(layers.at(-1)!.output)) : undefined
  return {
    layers,
    forward: (pixels, { ablated } = {}) => {
      let values = numbersOf(pixels, normalization)
      const maps: Array<Float32Array> = []
      runs.forEach((run, i) => {
        const { takes = [] } = layers[i]!
        values = run(
          values,
          takes.map((earlier) => maps[layers.findIndex(({ name }) => name === earlier)]!),
        )
        switchOff(values, layers[i]!, ablated)
        maps.push(values)
      })
      return { maps, probabilities: softmax?.(values) }
    },
  }
}

/** Zeros in the maps of these filters, as though their weights and biases were 0. */
function switchOff(values: Float32Array, { name, output }: LayerShape, ablated?: Ablated): void {
  const channels = output.at(-1)!
  for (const channel of ablated?.get(name) ?? [])
    for (let i = channel; i < values.length; i += channels) values[i] = 0
}
