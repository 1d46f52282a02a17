// `normalize`: mean and deviation of the inputs, fitted on the part to fit alone, for `train` to see its examples by.
import * as Schema from "effect/Schema"
import { stage } from "refold"
import { decodeIndices, decodeInputs, encodeNormalization, fitNormalization } from "refold/ml"

export const normalize = stage("normalize", {
  doc: "Fits mean and deviation of each channel or feature, on the part to fit alone",
  params: Schema.Struct({}),
  inputs: { inputs: "array:train:inputs", indices: "indices:train" },
  outputs: { normalization: "normalization:safetensors" },
  run: ({ inputs }) => {
    const { count, shape, data } = decodeInputs(inputs.inputs)
    const normalization = fitNormalization({ shape, inputs: data }, decodeIndices(inputs.indices, count))
    return { normalization: encodeNormalization(normalization) }
  },
})
