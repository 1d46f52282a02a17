// A convolution as data, and in its place in a network; it knows nothing of how it is computed.
import * as Schema from "effect/Schema"
import { Count, declared, Extent, initializer, name, padding } from "../parts/fields.ts"
import type { LayerShape } from "../parts/shape.ts"

export const Conv = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("conv"),
    name,
    filters: Count,
    kernel: Extent,
    stride: Schema.optionalWith(Extent, { default: () => 1 }),
    padding,
    initializer,
  }),
)
export type Conv = typeof Conv.Type

/** It takes images [height, width, channels] and gives others. */
export type ConvolutionShape = LayerShape<Conv>
