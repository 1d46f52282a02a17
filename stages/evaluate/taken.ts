// What several forms take alike: names of classes as params, a network with the part that validates as inputs.
import * as Schema from "effect/Schema"

export const params = Schema.Struct({
  /** Names of the classes, by class number. */
  classes: Schema.Array(Schema.String).pipe(Schema.minItems(2)),
})

export const validated = { indices: "indices:validation", weights: "weights:safetensors" } as const
