import t from "tap"
import { bound, each, experiment, match, type Output, when } from "../../../engine/declare/index.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"
import { choose, fit, prepare, take } from "../support/choosing.ts"

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
