// What a network makes of its features: importance by dealing them out anew, partial dependence.
import { form } from "refold"
import {
  checkScore,
  DependenceSettings,
  decodeExamples,
  decodeIndices,
  decodeInputs,
  dependenceRows,
  gathered,
  ImportanceSettings,
  importanceRows,
  sizeOf,
} from "refold/ml"
import { asking } from "./predicting.ts"
import { validated } from "./taken.ts"

/** How much worse a model's score becomes when a feature's values are dealt out anew among the examples that validate. */
export const importance = form({
  params: ImportanceSettings,
  inputs: { inputs: "array:train:inputs", targets: "array:train:targets", ...validated },
  outputs: { importance: "table:importance" },
  run: async (given) => {
    const { features, ...settings } = given.params
    const { rows, indices } = validating(given.inputs)
    const asks = (rows.data.length / rows.features) * features.length * settings.repeats
    const { ask, tellsClasses, close } = await asking(given, given.inputs.weights, asks)
    try {
      checkScore(settings.score, tellsClasses)
      const classes = tellsClasses ? 256 : undefined
      const { targets, count } = decodeExamples(given.inputs.inputs, given.inputs.targets, classes)
      const truth = gathered(targets, targets.length / count, indices)
      return { importance: importanceRows(ask, rows, truth, features, settings) }
    } finally {
      close()
    }
  },
})

/** What a model says on average with a feature set to each of some values, over the examples that validate. */
export const dependence = form({
  params: DependenceSettings,
  inputs: { inputs: "array:train:inputs", ...validated },
  outputs: { dependence: "table:dependence" },
  run: async (given) => {
    const { features, ...settings } = given.params
    const { rows } = validating(given.inputs)
    const asks = (rows.data.length / rows.features) * features.length * settings.points
    const { ask, close } = await asking(given, given.inputs.weights, asks)
    try {
      return { dependence: dependenceRows(ask, rows, features, settings) }
    } finally {
      close()
    }
  },
})

/** The examples of the indices, as rows of features. */
function validating(given: { readonly inputs: Uint8Array; readonly indices: Uint8Array }) {
  const { count, shape, data } = decodeInputs(given.inputs)
  const [features, indices] = [sizeOf(shape), decodeIndices(given.indices, count)]
  return { rows: { features, data: gathered(data, features, indices) }, indices }
}
