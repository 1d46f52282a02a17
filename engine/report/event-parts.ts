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
