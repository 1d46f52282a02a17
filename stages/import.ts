// `import`: weights that another program trained, as those of a network here: `evaluate`, `describe` and `export` take them.
import * as Schema from "effect/Schema"
import { form, stage } from "refold"
import { Network } from "../ml/network/network.ts"
import { encodeWeights } from "../ml/network/weights.ts"
import { fromStateDict } from "../ml/pytorch/from-state-dict.ts"

const Size = Schema.Int.pipe(Schema.positive())

const params = Schema.Struct({
  /** The layers that the weights are of, each as it is here. */
  network: Network,
  /** Of one example: [height, width, channels], or [features]. */
  inputShape: Schema.Union(Schema.Tuple(Size, Size, Size), Schema.Tuple(Size)),
})
const outputs = { weights: "weights:safetensors" } as const

export const importFrom = stage("import", {
  doc: "Takes weights that PyTorch trained for those of a network here, names and shapes checked",
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
      inputs: { stateDict: "state-dict:safetensors" },
      outputs,
      run: ({ params: { network, inputShape, modules }, inputs }) => ({
        weights: encodeWeights(
          fromStateDict(inputs.stateDict, { network, inputShape }, modules),
          network,
          inputShape,
        ),
      }),
    }),
  },
})
