// Charts of a network: filters, feature maps, a convolution as a matrix, what a shift changes, memory.
import * as Schema from "effect/Schema"
import { form, many } from "refold"
import * as charts from "refold/charts"
import { Conv, type ConvolutionShape, decodeMaps, decodeWeights, shapes } from "refold/ml"
import { drawn, heading, outputs } from "./drawn.ts"

/** @throws RangeError where the network has no such layer, or it has no kernel */
function kernelOf(weights: Uint8Array, layer: string) {
  const kernel = decodeWeights(weights).weights[`${layer}/kernel`]
  if (kernel === undefined) throw new RangeError(`the network has no layer "${layer}" with a kernel`)
  return {
    shape: kernel.shape as readonly [number, number, number, number],
    weights: kernel.data as Float32Array,
  }
}

export const filters = form({
  params: Schema.Struct({ ...heading, layer: Schema.NonEmptyString }),
  inputs: { weights: "weights:safetensors" },
  outputs,
  run: ({ params: { layer, ...heading }, inputs }) =>
    drawn(charts.filters({ ...heading, ...kernelOf(inputs.weights, layer) })),
})

/** A layer's filters at several times of a training. */
export const filtersOverTime = form({
  params: Schema.Struct({
    ...heading,
    layer: Schema.NonEmptyString,
    /** What each time is called, and the weights that it has. */
    times: Schema.NonEmptyArray(Schema.Struct({ name: Schema.String, weights: Schema.String })),
    /** At most so many filters, the first ones. */
    most: Schema.Int.pipe(Schema.positive()),
  }),
  inputs: { weights: many("weights:safetensors") },
  outputs,
  run: ({ params: { layer, times, ...rest }, inputs: { weights } }) => {
    const kernels = times.map(({ name, weights: of }) => ({ name, ...kernelOf(weights[of]!, layer) }))
    return drawn(charts.filtersOverTime({ ...rest, times: kernels, shape: kernels[0]!.shape }))
  },
})

/** Images, a first layer's filters, and the maps that they give. */
export const featureMaps = form({
  params: Schema.Struct({ ...heading, filterScale: Schema.Literal("one", "each") }),
  inputs: { maps: "maps:safetensors" },
  outputs,
  run: ({ params, inputs }) => drawn(charts.featureMapsChart({ ...params, ...decodeMaps(inputs.maps) })),
})

/** A convolution as the matrix of a dense layer. */
export const denseEquivalent = form({
  params: Schema.Struct({
    ...heading,
    layer: Conv,
    input: Schema.Tuple(Schema.Int, Schema.Int, Schema.Int),
  }),
  inputs: {},
  outputs,
  run: ({ params: { layer, input, ...heading } }) => {
    const [conv] = shapes({ layers: [layer] }, input) as [ConvolutionShape]
    return drawn(charts.denseEquivalentChart({ ...heading, conv }))
  },
})

/** Predictions that change when images are moved. */
export const shifts = form({
  params: Schema.Struct(heading),
  inputs: { shifts: "table:summary" },
  outputs,
  run: ({ params, inputs: { shifts } }) =>
    drawn(
      charts.shiftsChart({
        ...params,
        rows: shifts
          .filter((row) => row["moved by"] !== 0)
          .map((row) => ({
            ...{ network: String(row.network), pixels: row["moved by"] as number },
            changed: row.changed as number,
            low: row["changed low"] as number | null,
            high: row["changed high"] as number | null,
          })),
      }),
    ),
})

/** What lives in memory at once, to predict and to train. */
export const memory = form({
  params: Schema.Struct(heading),
  inputs: { memory: "table:summary:memory" },
  outputs,
  run: ({ params, inputs }) => drawn(charts.memoryChart({ ...params, items: inputs.memory as never })),
})
