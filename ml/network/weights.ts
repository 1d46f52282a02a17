// Trained weights as one file that says which network they belong to: safetensors with the network in its metadata.
import * as Schema from "effect/Schema"
import type { Normalization } from "../data/normalization.ts"
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from "../data/safetensors.ts"
import type { Tensors } from "../data/tensor.ts"
import type { Shape } from "../layers/parts/shape.ts"
import { Loss } from "../losses/table.ts"
import { Network } from "./network.ts"

export interface TrainedNetwork {
  readonly network: Network
  /** Of one example: [height, width, channels], or [features]. */
  readonly inputShape: Shape
  /** What it was trained by, which says what its outputs are; absent, classes by softmax cross-entropy. */
  readonly loss?: Loss
  /** What its examples are normalized by; absent, bytes are scaled by 1/255, and floats stay. */
  readonly normalization?: Normalization
  /** Named `layer/kernel` and `layer/bias`. */
  readonly weights: Tensors
}

const Metadata = Schema.Struct({
  network: Schema.parseJson(Network),
  inputShape: Schema.parseJson(
    Schema.Union(Schema.Tuple(Schema.Int, Schema.Int, Schema.Int), Schema.Tuple(Schema.Int)),
  ),
  loss: Schema.optionalWith(Schema.parseJson(Loss), { exact: true }),
  normalization: Schema.optionalWith(
    Schema.parseJson(
      Schema.Struct({ mean: Schema.Array(Schema.Number), deviation: Schema.Array(Schema.Number) }),
    ),
    { exact: true },
  ),
})

/** `further` is what else is to be known of it. */
export const encodeWeights = (
  weights: Tensors,
  network: Network,
  inputShape: Shape,
  further: Pick<TrainedNetwork, "loss" | "normalization"> = {},
): Uint8Array => encodeSafetensors(weights, Schema.encodeSync(Metadata)({ network, inputShape, ...further }))

/** @throws SafetensorsError when the bytes are no weights that `encodeWeights` wrote */
export function decodeWeights(bytes: Uint8Array): TrainedNetwork {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const described = Schema.decodeUnknownEither(Metadata)(metadata)
  if (described._tag === "Left") throw new SafetensorsError("the metadata name no network and input shape")
  return { ...described.right, weights: tensors }
}
