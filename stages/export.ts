// `export`: a trained network for programs that are not ours, with the weights laid out as they want them.
import * as Schema from "effect/Schema"
import { form, stage } from "refold"
import { ImpossibleNetwork } from "../ml/layers/parts/impossible-network.ts"
import { shapes } from "../ml/network/shapes.ts"
import { decodeWeights, type TrainedNetwork } from "../ml/network/weights.ts"
import { modelText } from "../ml/pytorch/model-text.ts"
import { stateDict } from "../ml/pytorch/state-dict.ts"

export const exportFor = stage("export", {
  doc: "Writes a trained network for other programs: a PyTorch module and its state_dict",
  forms: {
    /** A module of some thirty lines, and its weights under PyTorch's names and in its layouts. */
    pytorch: form({
      params: Schema.Struct({
        /** What the model is, in one line. */
        title: Schema.String,
        /** Names of the classes, by class number. */
        classes: Schema.Array(Schema.String).pipe(Schema.minItems(2)),
      }),
      inputs: { weights: "weights:safetensors" },
      outputs: { model: "source:py", stateDict: "state-dict:safetensors" },
      run: ({ params, inputs }) => {
        const trained = decodeWeights(inputs.weights)
        checkClasses(trained, params.classes.length)
        return {
          model: new TextEncoder().encode(modelText(trained, params)),
          stateDict: stateDict(trained),
        }
      },
    }),
  },
})

/** @throws ImpossibleNetwork where there are more or fewer names than the network has outputs */
function checkClasses({ network, inputShape }: TrainedNetwork, classes: number): void {
  const { name, output } = shapes(network, inputShape).at(-1)!
  if (`${output}` === `${classes}`) return
  throw new ImpossibleNetwork({
    layer: name,
    reason: `it ends in ${output.join("×")}, and ${classes} classes are named`,
  })
}
