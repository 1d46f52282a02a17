// `export`: a trained network for programs that are not ours, with the weights laid out as they want them.
import * as Schema from "effect/Schema"
import { form, stage } from "refold"
import {
  decodeWeights,
  ImpossibleNetwork,
  layersModel,
  modelText,
  shapes,
  stateDict,
  type TrainedNetwork,
  weightsNpz,
} from "refold/ml"

const params = Schema.Struct({
  /** What the model is, in one line. */
  title: Schema.String,
  /** Names of the classes, by class number; of a network that estimates numbers, what each output is. */
  classes: Schema.Array(Schema.String).pipe(Schema.minItems(1)),
})
const inputs = { weights: "weights:safetensors" } as const

export const exportFor = stage("export", {
  doc: "Writes a trained network for other programs: PyTorch, TensorFlow.js, NumPy",
  forms: {
    /** A module of some thirty lines, and its weights under PyTorch's names and in its layouts. */
    pytorch: form({
      params,
      inputs,
      outputs: { model: "source:py", stateDict: "state-dict:safetensors" },
      run: ({ params, inputs }) => {
        const trained = trainedFor(inputs.weights, params.classes)
        return {
          model: new TextEncoder().encode(modelText(trained, params)),
          stateDict: stateDict(trained),
        }
      },
    }),
    /**
     * A layers model: `tf.loadLayersModel` opens `model.json`, which wants `weights.bin` beside it. It takes raw values, normalizes
     * or scales them as in training, and gives logits (of a network that estimates numbers, these).
     */
    tensorflow: form({
      params: Schema.Struct({
        ...params.fields,
        /** Where the weights carry no normalization: bytes are scaled by 1/255, floats stay. Images are bytes unless it says otherwise, rows floats. */
        values: Schema.optionalWith(Schema.Literal("bytes", "floats"), { exact: true }),
      }),
      inputs,
      outputs: { model: "layers-model:json", weights: "layers-model:bin" },
      run: ({ params, inputs }) =>
        layersModel(trainedFor(inputs.weights, params.classes), params, params.values),
    }),
    /** The weights alone, as named arrays of float32 in the layouts that they have here. */
    numpy: form({
      params: Schema.Struct({}),
      inputs,
      outputs: { weights: "weights:npz" },
      run: ({ inputs }) => ({ weights: weightsNpz(decodeWeights(inputs.weights)) }),
    }),
  },
})

/** @throws ImpossibleNetwork where there are more or fewer names than the network has outputs */
function trainedFor(weights: Uint8Array, classes: ReadonlyArray<string>): TrainedNetwork {
  const trained = decodeWeights(weights)
  const { name, output } = shapes(trained.network, trained.inputShape).at(-1)!
  if (`${output}` === `${classes.length}`) return trained
  throw new ImpossibleNetwork({
    layer: name,
    reason: `it ends in ${output.join("×")}, and ${classes.length} classes are named`,
  })
}
