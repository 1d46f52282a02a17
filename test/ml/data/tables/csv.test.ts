// CSV and Arrow files as cells: what a file says, where each row stands, and what is wrong with a broken one.
import { table as makeTable, toArrowIPC } from "arquero"
import fc from "fast-check"
import t from "tap"
import { arrowCells } from "../../../../ml/data/tables/arrow.ts"
import { csvCells } from "../../../../ml/data/tables/csv.ts"

t.test("whatever cells are written come back, whichever need quotation marks", async () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "1", " ", ",", '"', "\n", "é"), maxLength: 5 })
  const rows = fc
    .integer({ min: 2, max: 4 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
    )
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom("\n", "\r\n"), async (rows, end) => {
      const names = rows[0]!.map((_, at) => `c${at}`)
      const quoted = [names, ...rows].map((row) =>
        row.map((text) => `"${text.replaceAll('"', '""')}"`).join(","),
      )
      const { columns, count } = await csvCells(quoted.join(end), ",")
      return (
        rows.every((row, at) => row.every((text, column) => (columns[column]![at] ?? "") === text.trim())) &&
        count === rows.length
      )
    }),
  )
})

t.test(
  "a row's line is that of the file, past blank lines, line breaks in cells and a byte order mark",
  async (t) => {
    const cells = await csvCells('\uFEFFname;note\r\n\r\na;"two\nlines"\r\nb;1\r\n\r\n\r\nc;""\r\n\r\n', ";")
    t.same(cells.names, ["name", "note"])
    t.same(cells.columns, [
      ["a", "b", "c"],
      ["two\nlines", "1", null],
    ])
    t.same([0, 1, 2].map(cells.where), ["line 3", "line 5", "line 8"])
  },
)

t.test(
  "a ragged CSV, an open quotation mark and a header that names nothing are refused by line and remedy",
  async (t) => {
    const refused: ReadonlyArray<[string, RegExp]> = [
      [
        "a,b\n1,2\n3\n",
        /^line 3 has 1 cell, and not the 2 that the first line names: add or remove delimiters/,
      ],
      ["a,b\n1,2\n3,4,5\n", /^line 3 has more cells than the 2 that the first line names/],
      ["a,b\n1,2,\n", /^line 2 has more cells than/],
      ['a,b\n1,"x"y,2\n', /^line 2 has more cells/],
      ['a,b\n1,2\n3,"open\n5,6\n', /^line 3 opens a quotation mark that nothing closes/],
      ["a,,c\n1,2,3\n", /^column 2 has no name/],
      ["a,b,a\n1,2,3\n", /^columns 1 and 3 are both called "a"/],
      ["a,b\n", /no rows below the names/],
      [" \n", /the file is empty/],
    ]
    for (const [text, message] of refused)
      await t.rejects(csvCells(text, ","), { _tag: "TableError", message }, JSON.stringify(text))
  },
)

t.test("an Arrow file gives the same cells as the CSV that says the same", async (t) => {
  const day = new Date(Date.UTC(2026, 0, 31))
  const bytes = toArrowIPC(
    makeTable({ n: [1.5, null, -2], s: ["x", "y", null], d: [day, day, day], b: [true, false, true] }),
    { format: "file" },
  )
  const cells = await arrowCells(bytes)
  t.same(cells.names, ["n", "s", "d", "b"])
  t.same(cells.columns, [
    ["1.5", null, "-2"],
    ["x", "y", null],
    new Array(3).fill(day.toISOString()),
    ["1", "0", "1"],
  ])
  t.same(cells.areText, [false, true, false, false])
  t.equal(cells.where(1), "row 2")
})

t.test("an Arrow file that is cut off, or no Arrow at all, is refused", async (t) => {
  const bytes = toArrowIPC(makeTable({ n: [1, 2, 3] }), { format: "file" })
  for (const length of [0, 3, 20, bytes.length >> 1])
    await t.rejects(arrowCells(bytes.slice(0, length)), { _tag: "TableError", message: /cut off|no rows/ })
})
