// `import`: weights that another program trained, as those of a network here: `evaluate`, `describe` and `export` take them.
import * as Schema from "effect/Schema"
import { form, optional, stage } from "refold"
import {
  decodeNormalization,
  encodeWeights,
  fromNpz,
  fromStateDict,
  Loss,
  Network,
  type Tensors,
} from "refold/ml"

const Size = Schema.Int.pipe(Schema.positive())

const params = Schema.Struct({
  /** The layers that the weights are of, each as it is here. */
  network: Network,
  /** Of one example: [height, width, channels], or [features]. */
  inputShape: Schema.Union(Schema.Tuple(Size, Size, Size), Schema.Tuple(Size)),
  /** What its outputs are; left out, logits of classes. */
  loss: Schema.optionalWith(Loss, { exact: true }),
})
/** What examples are to be normalized by; left out, bytes are scaled by 1/255, and floats stay. */
const normalization = optional("normalization:safetensors")
const outputs = { weights: "weights:safetensors" } as const

export const importFrom = stage("import", {
  doc: "Takes weights from PyTorch or NumPy for those of a network here, names and shapes checked",
  forms: {
    /** A `state_dict` that `safetensors.torch.save_file` wrote: `file("model.safetensors", "state-dict:safetensors")`. */
    pytorch: form({
      params: Schema.Struct({
        ...params.fields,
        /** The module's own name of a layer, where that is another: `{ conv1: "features.0" }`. */
        modules: Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.String }), {
          default: () => ({}),
        }),
      }),
      inputs: { stateDict: "state-dict:safetensors", normalization },
      outputs,
      run: ({ params: { modules, ...params }, inputs: { stateDict, normalization } }) => ({
        weights: encoded(fromStateDict(stateDict, params, modules), params, normalization),
      }),
    }),
    /** Arrays under the names that weights have here: `file("weights.npz", "weights:npz")`. */
    numpy: form({
      params,
      inputs: { weights: "weights:npz", normalization },
      outputs,
      run: async ({ params, inputs: { weights, normalization } }) => ({
        weights: encoded(await fromNpz(weights, params), params, normalization),
      }),
    }),
  },
})

const encoded = (
  weights: Tensors,
  { network, inputShape, loss }: typeof params.Type,
  normalization: Uint8Array | undefined,
): Uint8Array =>
  encodeWeights(weights, network, inputShape, {
    ...(loss === undefined ? {} : { loss }),
    ...(normalization === undefined ? {} : { normalization: decodeNormalization(normalization) }),
  })
