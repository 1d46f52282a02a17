import t from "tap"
import { csvOf, rowsOf } from "../../../../engine/worker/inside/programs/csv.ts"

t.test("a table that is handed over as CSV comes back as it was", async (t) => {
  const rows = [
    { n: 1, x: 0.1, name: 'says "a", twice\nand more', yes: true, gap: null, id: "007", empty: "" },
    { n: -2e21, x: null, name: "true", yes: false, gap: null, id: "8", empty: " " },
  ]
  t.same(rowsOf(csvOf(rows)), rows)
  t.same(rowsOf(csvOf([])), [])
})

t.test("what R, pandas and csv of Python write is read by columns", async (t) => {
  t.same(rowsOf('"a","b","c"\r\n1,NA,TRUE\r\n2.50,"x",FALSE\r\n'), [
    { a: 1, b: "NA", c: true },
    { a: 2.5, b: "x", c: false },
  ])
  t.same(rowsOf("a,b,c\n,True,-0.0\nnan,False,3\n"), [
    { a: null, b: true, c: 0 },
    { a: null, b: false, c: 3 },
  ])
  t.same(rowsOf("\uFEFFa\n12 monkeys\n7"), [{ a: "12 monkeys" }, { a: "7" }])
})

t.test("what is no table is refused with its place", async (t) => {
  t.throws(() => rowsOf('"","a"\n1,2\n'), /column 1 has no name .*row\.names = FALSE.*index=False/)
  t.throws(() => rowsOf("a,a\n1,2\n"), /two of its columns are called "a"/)
  t.throws(() => rowsOf("a,b\n1,2\n3\n"), /its row 2 has 1 cells, and the first line 2/)
  t.throws(() => rowsOf("a\n1\ninf\n"), /column "a" holds an infinity/)
  t.throws(() => rowsOf('a\n"open\n'), /a quotation mark that nothing answers/)
})
