// A network as data: its layers in the order that an example passes them; it computes nothing.
import * as Schema from "effect/Schema"
import { Layer } from "../layers/table.ts"

/** Layers from input to logits; the softmax belongs to the loss and is not among them. */
export const Network = Schema.Struct({ layers: Schema.NonEmptyArray(Layer) })
export type Network = typeof Network.Type
export type NetworkEncoded = typeof Network.Encoded

/** A network from plain data, defaults filled in; throws effect's ParseError that names the wrong field. */
export const network: (data: NetworkEncoded) => Network = Schema.decodeSync(Network)
