// A trained network as a TensorFlow.js layers model: the two files that `tf.loadLayersModel` opens. It computes nothing.
// https://github.com/tensorflow/tfjs/blob/master/tfjs-layers: `model.json` has the graph as Keras spells it, `weights.bin` the values.
import type { Tensor } from "../data/tensor.ts"
import type { Held, LayersModelForm, LayersModelLayer } from "../layers/parts/layers-model.ts"
import { type LayerShape, sizeOf } from "../layers/parts/shape.ts"
import { type Layer, layersModelForms } from "../layers/table.ts"
import { shapes } from "../network/shapes.ts"
import type { TrainedNetwork } from "../network/weights.ts"
import { preparation } from "./preparation.ts"

interface About {
  /** What the model is, in one line. */
  readonly title: string
  /** Names of the classes, by class number, or of what else its outputs are. */
  readonly classes: ReadonlyArray<string>
}

/** `model.json`, which names `weights.bin` beside it. */
export interface LayersModelFiles {
  readonly model: Uint8Array
  readonly weights: Uint8Array
}

const weightsFile = "weights.bin"

interface Placed extends LayersModelLayer {
  readonly name: string
  readonly shape: LayerShape<Layer>
}

/**
 * It takes raw values, normalized or scaled by its own first layer, and gives what the network's last layer does: logits, or numbers.
 *
 * @param values of a network without a normalization: bytes are scaled by 1/255, floats stay
 * @throws ImpossibleNetwork that names a layer which TensorFlow.js has not
 */
export function layersModel(
  { network, inputShape, normalization, weights }: TrainedNetwork,
  { title, classes }: About,
  values: "bytes" | "floats" = inputShape.length === 3 ? "bytes" : "floats",
): LayersModelFiles {
  const layers = shapes(network, inputShape)
  const [input, prepared, ...names] = modelNames(["input", "prepared", ...layers.map(({ name }) => name)])
  const placed = layers.map((shape, i): Placed => {
    const form = layersModelForms[shape.layer.type] as LayersModelForm<Layer>
    return { ...form(shape), name: names[i]!, shape }
  })
  const before = preparation(normalization, values)
  const tensors = [
    ...Object.entries(before?.weights ?? {}).map(([own, data]) => ({
      name: `${prepared}/${own}`,
      shape: [data.length],
      data,
    })),
    ...placed.flatMap(({ name, shape, weights: held = {} }) =>
      Object.entries(held).map(([own, given]) => ({
        name: `${name}/${own}`,
        ...expanded(given, weights[`${shape.name}/${given.of}`]!),
      })),
    ),
  ]
  const preparing = before && node(prepared!, before.className, before.config, [input!])
  const model = {
    format: "layers-model",
    modelTopology: {
      class_name: "Model",
      config: {
        name: "model",
        layers: [
          inputLayer(input!, inputShape),
          ...(preparing === undefined ? [] : [preparing]),
          ...graph(preparing === undefined ? input! : prepared!, placed),
        ],
        input_layers: [[input, 0, 0]],
        output_layers: [[placed.at(-1)!.name, 0, 0]],
      },
    },
    weightsManifest: [
      {
        paths: [weightsFile],
        weights: tensors.map(({ name, shape }) => ({ name, shape, dtype: "float32" })),
      },
    ],
    userDefinedMetadata: { title, classes },
  }
  return { model: new TextEncoder().encode(JSON.stringify(model)), weights: joined(tensors) }
}

const inputLayer = (name: string, shape: ReadonlyArray<number>) => ({
  name,
  class_name: "InputLayer",
  inbound_nodes: [],
  config: { name, batch_input_shape: [null, ...shape], dtype: "float32", sparse: false },
})

/** Each layer after the one before it, and after the earlier ones that it names. */
function graph(input: string, placed: ReadonlyArray<Placed>) {
  const called = new Map(placed.map(({ name, shape }) => [shape.name, name]))
  let last = input
  return placed.flatMap(({ name, className, config, shape }) => {
    const before = last
    last = name
    const taken = (shape.takes ?? []).map((earlier) => called.get(earlier)!)
    if (shape.branches) return [node(name, className, config, taken)]
    const sources = shape.layer.type === "concat" ? [...taken, before] : [before, ...taken]
    // TensorFlow.js 4.22 counts who takes an output by layers: taken twice by one, it is gone before the next layer has it.
    const twins = sources.flatMap((source, i) =>
      sources.indexOf(source) === i ? [] : [{ source, name: `${name}/twin${i}`, at: i }],
    )
    const distinct = sources.map((source, i) => twins.find(({ at }) => at === i)?.name ?? source)
    return [
      ...twins.map((twin) => node(twin.name, "Activation", { activation: "linear" }, [twin.source])),
      node(name, className, config, distinct),
    ]
  })
}

const node = (
  name: string,
  className: string,
  config: LayersModelLayer["config"],
  sources: ReadonlyArray<string>,
) => ({
  name,
  class_name: className,
  inbound_nodes: [sources.map((source) => [source, 0, 0, {}])],
  config: { name, ...config },
})

/** Names begin with a letter or a digit there, and no two are the same; the first two are ours, and give way. */
function modelNames([input, prepared, ...layers]: ReadonlyArray<string>): ReadonlyArray<string> {
  const taken = new Set(layers.filter(isPlain))
  const unique = (name: string): string => {
    let own = name
    while (taken.has(own)) own += "_"
    taken.add(own)
    return own
  }
  return [
    unique(input!),
    unique(prepared!),
    ...layers.map((name) => (isPlain(name) ? name : unique(`layer${name}`))),
  ]
}

const isPlain = (name: string): boolean => /^[A-Za-z0-9]/.test(name)

/** Values in the shape there, as often as they go into it. */
function expanded({ shape: wanted }: Held, { shape, data }: Tensor) {
  if (wanted === undefined) return { shape, data: Float32Array.from(data) }
  return {
    shape: wanted,
    data: Float32Array.from({ length: sizeOf(wanted) }, (_, at) => data[at % data.length]!),
  }
}

function joined(tensors: ReadonlyArray<{ readonly data: Float32Array }>): Uint8Array {
  const bytes = new Uint8Array(tensors.reduce((sum, { data }) => sum + data.byteLength, 0))
  let at = 0
  for (const { data } of tensors) {
    bytes.set(new Uint8Array(data.buffer), at)
    at += data.byteLength
  }
  return bytes
}
