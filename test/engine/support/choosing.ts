// Stages of which an upstream value decides what is fitted, for laws of conditions.
import * as Schema from "effect/Schema"
import { optional, stage } from "../../../engine/declare/index.ts"

export const choose = stage("choose", {
  params: Schema.Struct({ method: Schema.String, deep: Schema.Boolean }),
  inputs: {},
  outputs: { choice: "value" },
  run: ({ params }) => ({ choice: { ...params } }),
})

export const prepare = stage("prepare", {
  params: Schema.Struct({}),
  inputs: {},
  outputs: { rows: "value" },
  run: () => ({ rows: [1, 2, 3] }),
})

export const fit = stage("fit", {
  params: Schema.Struct({ salt: Schema.Number }),
  inputs: { rows: "value" },
  outputs: { model: "value" },
  run: ({ params, inputs }) => ({ model: [params.salt, inputs.rows] }),
})

export const report = stage("report", {
  params: Schema.Struct({}),
  inputs: { forest: optional("value"), deeper: optional("value") },
  outputs: { text: "value" },
  run: ({ inputs: { forest, deeper } }) => ({ text: [forest ?? "no forest", deeper ?? "none deeper"] }),
})

export const take = stage("take", {
  params: Schema.Struct({}),
  inputs: { model: "value" },
  outputs: { taken: "value" },
  run: ({ inputs: { model } }) => ({ taken: ["taken", model ?? null] }),
})
