// What of images tells about a network: those that are moved, and those that it gets wrong or is least sure of.
import * as Schema from "effect/Schema"
import { form } from "refold"
import {
  decodeExamples,
  encodeChosen,
  hardestClasses,
  imagesOf,
  leastSure,
  predict,
  shifted,
  worstMistakes,
} from "refold/ml"
import { trainerOf } from "./predicting.ts"
import { params } from "./taken.ts"

/** On the test file moved by whole pixels: what is said otherwise of an image than where it stood. */
export const shifts = form({
  params: Schema.Struct({
    ...params.fields,
    /** Pixels that images are moved by, up, down, left and right. */
    by: Schema.NonEmptyArray(Schema.Int.pipe(Schema.positive())),
  }),
  inputs: { inputs: "array:test:inputs", targets: "array:test:targets", weights: "weights:safetensors" },
  outputs: { shifts: "table:shifts" },
  counts: "weights",
  run: async (given) => {
    const names = given.params.classes
    const { pixels, labels, count, shape } = imagesOf(
      decodeExamples(given.inputs.inputs, given.inputs.targets, names.length),
    )
    const directions = given.params.by.flatMap(
      (by) =>
        [
          [by, 0],
          [-by, 0],
          [0, by],
          [0, -by],
        ] as const,
    )
    const trainer = await trainerOf(
      given,
      given.inputs.weights,
      count * (directions.length + 1),
      names.length,
    )
    const said = (moved: Uint8Array) => predict(trainer, trainer.attach(moved, labels)).labels
    const before = said(pixels)
    const right = (predicted: Uint8Array) =>
      predicted.reduce((sum, label, at) => sum + (label === labels[at] ? 1 : 0), 0)
    const row = ([down, across]: readonly [number, number], predicted: Uint8Array) => ({
      down,
      right: across,
      pixels: Math.max(Math.abs(down), Math.abs(across)),
      examples: count,
      changed: predicted.reduce((sum, label, at) => sum + (label === before[at] ? 0 : 1), 0),
      correct: right(predicted),
    })
    const shifts = [row([0, 0], before), ...directions.map((by) => row(by, said(shifted(pixels, shape, by))))]
    trainer.dispose?.()
    return { shifts }
  },
})

/** The test images that tell most about a model, class by class, with what it said of them. */
export const examples = form({
  params: Schema.Struct({
    ...params.fields,
    /** Of each class. */
    each: Schema.Int.pipe(Schema.positive()),
    /** Classes, those with the most mistakes. */
    most: Schema.Int.pipe(Schema.positive()),
  }),
  inputs: {
    inputs: "array:test:inputs",
    targets: "array:test:targets",
    predictions: "predictions:test",
    sureness: "sureness:test",
  },
  outputs: {
    /** Taken for another class, the surest mistake first. */
    mistakes: "examples:test",
    /** The lowest probability of the most probable class first. */
    unsure: "examples:test",
  },
  run: ({ params: { classes, each, most }, inputs }) => {
    const examples = imagesOf(decodeExamples(inputs.inputs, inputs.targets, classes.length))
    const said = {
      labels: examples.labels,
      predicted: inputs.predictions,
      probabilities: new Float32Array(inputs.sureness.slice().buffer),
    }
    const shown = new Set(hardestClasses(said, classes.length, most))
    const chosen = (of: typeof worstMistakes) =>
      encodeChosen(
        examples,
        said,
        of(said, classes.length, each).filter((one) => shown.has(one.class)),
      )
    return { mistakes: chosen(worstMistakes), unsure: chosen(leastSure) }
  },
})
