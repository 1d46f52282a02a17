// Three stages as a small graph needs them: rows, what is fitted to them, and what picks of what was fitted.
import * as Schema from "effect/Schema"
import { many, stage } from "../../../engine/declare/index.ts"

export const nothing = Schema.Struct({})
export const source = stage("source", {
  params: Schema.Struct({ seed: Schema.Number, name: Schema.optional(Schema.String) }),
  inputs: {},
  outputs: { rows: "table", other: "table:other", size: "value" },
  run: () => ({ rows: [], other: [], size: 0 }),
})
export const fit = stage("fit", {
  params: Schema.Struct({ rate: Schema.Number }),
  inputs: { rows: "table" },
  outputs: { score: "value" },
  run: () => ({ score: 0 }),
})
export const pick = stage("pick", {
  params: nothing,
  inputs: { scores: many("value") },
  outputs: { choice: "value" },
  run: () => ({ choice: 0 }),
})

/** What types refuse, a cast or plain JavaScript lets through. */
export const untyped = (value: unknown): never => value as never
