// Trained weights for NumPy: named arrays in one .npz, under the names and in the layouts that they have here.
import { encodeNpz } from "../data/arrays/encode-npz.ts"
import type { TrainedNetwork } from "../network/weights.ts"

/**
 * What `np.load` opens: `weights["conv1/kernel"]`, float32. A convolution's kernel is [height, width, in, out], a dense layer's
 * [in, out], as Keras has them.
 */
export const weightsNpz = ({ weights }: Pick<TrainedNetwork, "weights">): Uint8Array =>
  encodeNpz(
    Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float32Array.from(data) },
      ]),
    ),
  )
