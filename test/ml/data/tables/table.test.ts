// Tables as examples: types inferred or pinned, missing cells by policy, categories one-hot, and each wrong cell by its place.
import t from "tap"
import { isTime, timeOf } from "../../../../ml/data/tables/cell-texts.ts"
import { csvCells } from "../../../../ml/data/tables/csv.ts"
import { encodedFeatures, featureNames, fittedFills } from "../../../../ml/data/tables/features.ts"
import { tableOf, type Wanted } from "../../../../ml/data/tables/table.ts"

const marks = { number: "error", category: "error", marks: ["NA"] } as const
const wanted: Wanted = { target: "y", columns: {}, missing: marks, group: null, time: null, leaveOut: [] }
const read = async (text: string, given: Partial<Wanted> = {}) =>
  tableOf(await csvCells(text, ","), { ...wanted, ...given })

t.test(
  "types are inferred from all cells: numbers, dates, categories, and text that hardly repeats",
  async (t) => {
    const many = Array.from(
      { length: 150 },
      (_, at) => `${at / 2},w${at},2026-01-${10 + (at % 20)},${at % 3 ? "no" : "yes"}`,
    )
    const { columns, classes, aside, features } = await read(`n,id,d,y\n${many.join("\n")}`)
    t.same(columns, {
      n: { type: "number" },
      id: { type: "text" },
      d: { type: "date" },
      y: { type: "category", values: ["no", "yes"] },
    })
    t.same(classes, ["no", "yes"])
    t.same(aside, ["id", "d"])
    t.same(featureNames(features), ["n"])
  },
)

t.test("numbers are floats of 32 bits and categories one-hot, in the pinned order", async (t) => {
  const text = "size,colour,y\n0.1,red,2\n-3e2,blue,4\n"
  const colour = { type: "category", values: ["red", "green", "blue"] } as const
  const { features, targets, rows } = await read(text, { columns: { colour } })
  t.same(featureNames(features), ["size", "colour=red", "colour=green", "colour=blue"])
  t.same([...encodedFeatures(features, rows, {}).data], [Math.fround(0.1), 1, 0, 0, -300, 0, 0, 1])
  t.same(targets, { shape: [2], data: Float32Array.of(2, 4) })
})

t.test(
  "missing cells fail, drop their row, are filled by the part to train on, or are a category, as is said",
  async (t) => {
    const text = "a,b,c,y\n1,x,1,u\n,y,2,v\n3,NA,3,u\n10,x,4,v\n"
    await t.rejects(
      read(text),
      /^line 3, column "a": the cell is empty: fill it in, or say missing "drop", "mean" or "median"/,
    )
    const filled = (number: "mean" | "median") =>
      read(text, { missing: { ...marks, number, category: "own" } })
    const { features } = await filled("mean")
    t.same(featureNames(features), ["a", "b=x", "b=y", "b=(missing)", "c"])
    t.same(fittedFills(features, Uint32Array.of(0, 1, 2)), { a: 2, c: 2 }, "the last row is none to train on")
    t.same(fittedFills((await filled("median")).features, Uint32Array.of(0, 1, 2, 3)), { a: 3, c: 2.5 })
    t.same(
      [...encodedFeatures(features, Uint32Array.of(1, 2), { a: 2, c: 9 }).data],
      [2, 0, 1, 0, 2, 3, 0, 0, 1, 3],
    )
    const dropped = await read(text, { missing: { ...marks, number: "drop", category: "drop" } })
    t.same([...dropped.rows], [0, 3])
    const own = { a: { type: "number", missing: "drop" }, b: { type: "category", missing: "own" } } as const
    t.same([...(await read(text, { columns: own })).rows], [0, 2, 3], "a column of its own says first")
  },
)

t.test("a wrong cell is named by line and column with what to do", async (t) => {
  const rows = "1,x\n2,y\n3,x\n4,y"
  const refused: ReadonlyArray<[string, Partial<Wanted>, RegExp]> = [
    [
      `a,y\n${rows}\nseven,x`,
      {},
      /^line 6, column "a": "seven" is no number, and 4 of 5 cells are numbers: correct it, .* pin/,
    ],
    [`a,y\nu,x\nv,y\nw,x\n4,y`, {}, /^line 5, column "a": "4" is a number, and 3 of 4 cells are none/],
    [`a,y\n${rows}\nNaN,x`, {}, /^line 6, column "a": NaN is no finite number/],
    [`a,y\n${rows}\n-inf,x`, {}, /^line 6, column "a": -inf is no finite number/],
    [`a,y\n${rows}\n1e39,x`, {}, /^line 6, column "a": 1e39 is no finite number of 32 bits/],
    [
      `a,y\n${rows}\n5,`,
      {},
      /^line 6, column "y": the cell is empty: what is to be predicted cannot be filled in/,
    ],
    [`a,y\n${rows}`, { target: "z" }, /^there is no column "z": the table has "a", "y"/],
    [`a,y\n${rows}`, { columns: { b: { type: "number" } } }, /^there is no column "b"/],
    [
      `a,y\n${rows}`,
      { columns: { y: { type: "category", values: ["x"] } } },
      /^line 3, column "y": "y" is not among its categories \(x\)/,
    ],
    [`a,y\n${rows}`, { columns: { y: { type: "number" } } }, /^line 2, column "y": "x" is no number/],
    [`a,y\n1,x\n2,x`, {}, /the target "y" has 1 classes/],
    [`a,y\n${rows}`, { target: "a", leaveOut: ["y"] }, /no column is a feature/],
    [
      `a,y\n${rows}`,
      { time: "y", target: "a" },
      /^line 2, column "y": "x" is neither a number nor an ISO 8601 date/,
    ],
    ["a,y\n,x\n,y", {}, /^column "a" has no cell that is not missing/],
  ]
  for (const [text, given, message] of refused)
    await t.rejects(read(text, given), { _tag: "TableError", message }, text)
  const { features } = await read("a,b,y\n1,,x\n2,3,y", { missing: { ...marks, number: "mean" } })
  t.throws(() => fittedFills(features, Uint32Array.of(0)), /column "b" is missing in every row to train on/)
})

t.test("groups and times are marks and no features, dates in milliseconds since 1970", async (t) => {
  const text = "who,when,a,y\nann,2026-01-01,1,x\nbob,2026-01-02T06:00:00+02:00,2,y\n"
  const { marks, features } = await read(text, { group: "who", time: "when" })
  t.same(marks.groups, ["ann", "bob"])
  t.same(marks.times, [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2, 4)])
  t.same(featureNames(features), ["a"])
  for (const text of ["2026-02-30", "2026-13-01", "26-01-01", "2026-01-01T25:00", "5"])
    t.notOk(isTime(text), text)
  t.equal(timeOf("2026-01-01 00:00:00.29"), Date.UTC(2026, 0, 1) + 290)
})
