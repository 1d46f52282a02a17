// What a layer of a trained network gives for images, dropout off: the trainer's own kernels on the layers up to it, so the
// bits are those that predicting goes through. It knows no dataset.
import type { Values } from "../data/examples.ts"
import { Arena } from "../kernels/arena.ts"
import { bindKernels } from "../kernels/bind.ts"
import { at } from "../kernels/quantities.ts"
import { type Shape, sizeOf } from "../layers/parts/shape.ts"
import type { Network } from "../network/network.ts"
import { layerNames, shapes } from "../network/shapes.ts"
import type { TrainedNetwork } from "../network/weights.ts"
import { seedOf } from "../statistics/random.ts"
import { placeFor } from "../wasm/attached.ts"
import { giveWeights } from "../wasm/given-weights.ts"
import { inputGate } from "../wasm/input-gate.ts"
import { planModel } from "../wasm/model.ts"

interface FeatureMaps {
  readonly layer: string
  readonly count: number
  /** Of one image's output: [height, width, channels], or [units]. */
  readonly shape: Shape
  /** count × shape, row-major. */
  readonly values: Float32Array
}

/** Examples that go through at once. */
const ROWS = 16

/**
 * The outputs of `layer`, also of one that a trainer computes together with its neighbours. `wasm` is the content of
 * kernels.wasm, or its compiled module; `examples` are count × the
 * input's shape, bytes (scaled by 1/255 unless it has a normalization) or floats.
 * Throws RangeError where there is no such layer or weight, or the images do not fit the network's input.
 */
export async function featureMaps(
  wasm: Uint8Array | ArrayBuffer | WebAssembly.Module,
  { network, inputShape, normalization, weights }: TrainedNetwork,
  examples: Values,
  layer: string,
): Promise<FeatureMaps> {
  const layers = shapes(upTo(network, layer), inputShape)
  const shape = layers.at(-1)!.output
  const count = examples.length / sizeOf(inputShape)
  if (!Number.isInteger(count))
    throw new RangeError(`${examples.length} values are not whole examples of ${inputShape.join("×")}`)
  const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm)
  const arena = new Arena()
  const kernels = bindKernels(module, arena.memory)
  arena.startAt(kernels.firstFree())
  const rows = Math.max(1, Math.min(ROWS, count))
  const model = planModel(kernels, arena, {
    ...{ layers, inputShape, rows, shards: 1, stream: seedOf(0) },
  })
  const room = placeFor(arena, examples, examples.length)
  room.values().set(examples)
  const picks = arena.allocate(rows * 4)
  giveWeights(arena, model, weights)
  model.prepare()
  const { layout, output } = model
  const enter = inputGate(kernels, arena, { shape: inputShape, normalization }, layout)
  const values = new Float32Array(count * output.size)
  for (let done = 0; done < count; done += rows) {
    const here = Math.min(rows, count - done)
    for (let i = 0; i < here; i++) arena.u32[picks / 4 + i] = done + i
    enter({ inputs: room.at, areFloats: room.areFloats }, picks, here)
    model.forward(here, undefined)
    for (let i = 0; i < here; i++)
      values.set(arena.floats(at(output.values, i * output.rowBytes), output.size), (done + i) * output.size)
  }
  return { layer, count, shape, values }
}

/** The layers up to and with the one named, under the names that they have in the whole network. */
function upTo(network: Network, layer: string): Network {
  const names = layerNames(network)
  const last = names.indexOf(layer)
  if (last < 0) throw new RangeError(`the network has no layer "${layer}": it has ${names.join(", ")}`)
  const [first, ...rest] = network.layers.slice(0, last + 1)
  return { layers: [first!, ...rest] }
}
