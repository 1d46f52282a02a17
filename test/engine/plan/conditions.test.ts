// Where what an upstream value decides on may be wired.
import * as Schema from "effect/Schema"
import t from "tap"
import { bound, each, experiment, match, type Output, stage, when } from "../../../engine/declare/index.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"

const choose = stage("choose", {
  params: Schema.Struct({ method: Schema.String, deep: Schema.Boolean }),
  inputs: {},
  outputs: { choice: "value" },
  run: ({ params }) => ({ choice: { ...params } }),
})

const prepare = stage("prepare", {
  params: Schema.Struct({}),
  inputs: {},
  outputs: { rows: "value" },
  run: () => ({ rows: [1, 2, 3] }),
})

const fit = stage("fit", {
  params: Schema.Struct({ salt: Schema.Number }),
  inputs: { rows: "value" },
  outputs: { model: "value" },
  run: ({ params, inputs }) => ({ model: [params.salt, inputs.rows] }),
})

const take = stage("take", {
  params: Schema.Struct({}),
  inputs: { model: "value" },
  outputs: { taken: "value" },
  run: ({ inputs: { model } }) => ({ taken: ["taken", model ?? null] }),
})

t.test("what decides and what there may be none of is wired only where that can be", (t) => {
  const place = memoryPlace(t)
  const wired = (wire: (choice: Output<"value">, rows: Output<"value">) => unknown) => () =>
    place.plan(
      experiment("one", {}, () => wire(choose({ method: "a", deep: true }).choice, prepare({}).rows)),
    )
  const optionalModel = (choice: Output<"value">, rows: Output<"value">) =>
    when(choice, "a", () => fit({ salt: 1 }, { rows }).model)
  t.throws(
    wired((choice, rows) => take({}, { model: optionalModel(choice, rows) as never })),
    {
      message:
        'take takes one artifact as "model", and model may not be there, as a condition decides: declare the role optional("value")',
    },
  )
  t.throws(
    wired((choice, rows) => fit({ salt: bound(optionalModel(choice, rows) as never) as never }, { rows })),
    {
      message: /bound to model, which may not be there/,
    },
  )
  t.throws(
    wired((choice, rows) => each("all", optionalModel(choice, rows) as never, () => 1)),
    {
      message: /there may be nothing to map over/,
    },
  )
  t.throws(
    wired((choice) => when(choice, [], () => prepare({}).rows)),
    { message: /an empty list/ },
  )
  t.throws(
    wired((choice) => when(choice, 1, () => undefined)),
    { message: /returns no output/ },
  )
  t.throws(
    wired((choice, rows) => match(choice, { a: () => rows, b: () => ({ ...rows, kind: "table" }) as never })),
    { message: /value in the branch a and table in b: give branches of equal kinds/ },
  )
  t.throws(
    wired((choice, rows) => match(choice, { a: () => ({ x: rows }), b: () => ({ y: rows }) } as never)),
    { message: 'match: "x" is in the branch a and not in b: let branches return the same names' },
  )
  t.throws(
    wired((_, rows) => when({ ...rows, kind: "table" } as never, 1, () => rows)),
    { message: "when: what decides is of kind table: give an output of kind value" },
  )
  t.end()
})
