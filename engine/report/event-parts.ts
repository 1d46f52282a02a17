// What events are made of: a name with fields, and the fields that many share.
import * as Schema from "effect/Schema"

export const Label = Schema.String.annotations({
  description: "a task's label, such as train@fold=1+rate=0.5",
})
export const Group = Schema.String.annotations({
  description: "a group's label: its name, and inside another group the item there",
})
export const event = <const N extends string, F extends Schema.Struct.Fields>(name: N, fields: F) =>
  Schema.Struct({ event: Schema.Literal(name), ...fields })

export const Decision = Schema.Struct({
  task: Schema.NullOr(Schema.String).annotations({ description: "null for a local file" }),
  output: Schema.String,
  path: Schema.Array(Schema.String).annotations({ description: "of the field inside it that decides" }),
  value: Schema.Unknown,
  branches: Schema.Array(Schema.Unknown).annotations({ description: "the values that branches are for" }),
}).annotations({ description: "of what is not needed, the value that says so" })
