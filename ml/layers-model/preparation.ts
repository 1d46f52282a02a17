// The layer of a TensorFlow.js layers model that makes of raw values what its network takes; it knows no layer of the network.
import { factorsOf, type Normalization } from "../data/normalization.ts"
import { PIXEL_SCALE } from "../data/pixels.ts"

interface Preparation {
  readonly className: string
  readonly config: Readonly<Record<string, string | number | boolean>>
  /** Its weights, in the order in which they lie there. */
  readonly weights: Readonly<Record<string, Float32Array>>
}

/**
 * A batch normalization whose statistics are the normalization's, or a scaling of bytes, as in training.
 *
 * @returns undefined where values go in as they are
 */
export function preparation(
  normalization: Normalization | undefined,
  values: "bytes" | "floats",
): Preparation | undefined {
  if (normalization !== undefined) {
    const { mean, inverse } = factorsOf(normalization)
    return {
      className: "BatchNormalization",
      config: { axis: -1, epsilon: 0, center: false, scale: true, trainable: false },
      weights: { gamma: inverse, moving_mean: mean, moving_variance: mean.map(() => 1) },
    }
  }
  if (values === "floats") return undefined
  return { className: "Rescaling", config: { scale: PIXEL_SCALE, offset: 0 }, weights: {} }
}
