// What a network says of examples, one form for each kind of number and each part of the data.
import * as Schema from "effect/Schema"
import { form } from "refold"
import { said } from "./predicting.ts"
import { validated } from "./taken.ts"

/** What a model says of each example that validates, in the order of the indices: its probability of each class, or of each label. */
export const probabilities = form({
  params: Schema.Struct({}),
  inputs: { inputs: "array:train:inputs", ...validated },
  outputs: { probabilities: "probabilities:validation" },
  run: async (given) => ({ probabilities: await said(given, "probabilities") }),
})

/** The same of the test file, whole. */
export const testProbabilities = form({
  params: Schema.Struct({}),
  inputs: { inputs: "array:test:inputs", weights: "weights:safetensors" },
  outputs: { probabilities: "probabilities:test" },
  counts: "weights",
  run: async (given) => ({ probabilities: await said(given, "probabilities") }),
})

/** The numbers that a model estimates for each example that validates. */
export const estimates = form({
  params: Schema.Struct({}),
  inputs: { inputs: "array:train:inputs", ...validated },
  outputs: { estimates: "estimates:validation" },
  run: async (given) => ({ estimates: await said(given, "estimates") }),
})

/** The same of the test file, whole. */
export const testEstimates = form({
  params: Schema.Struct({}),
  inputs: { inputs: "array:test:inputs", weights: "weights:safetensors" },
  outputs: { estimates: "estimates:test" },
  counts: "weights",
  run: async (given) => ({ estimates: await said(given, "estimates") }),
})
