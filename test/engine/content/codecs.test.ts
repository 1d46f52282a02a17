import fc from "fast-check"
import t from "tap"
import { accepts, decodeContent, encodeContent } from "../../../engine/content/kind.ts"
import { thrown } from "../support/thrown.ts"

const cell = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
)
const rows = fc
  .uniqueArray(fc.string({ minLength: 1 }), { maxLength: 4 })
  .chain((columns) =>
    fc
      .array(fc.array(cell, { minLength: columns.length, maxLength: columns.length }), { maxLength: 5 })
      .map((cells) => cells.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]!])))),
  )

t.test("a table reads back with its rows, and with its columns in the order of the first row", async (t) => {
  fc.assert(
    fc.property(rows, (table) => {
      const back = decodeContent("table:curve", encodeContent("table:curve", table)) as typeof table
      t.same(back, table)
      t.same(Object.keys(back[0] ?? {}), Object.keys(table[0] ?? {}))
    }),
  )
})

t.test("a row with a column that the first row lacks is refused by name", async (t) => {
  t.match(
    thrown(() => encodeContent("table", [{ a: 1 }, { a: 1, b: 2 }])),
    { message: /row 1 has a column "b"/ },
  )
  t.match(
    thrown(() => encodeContent("table", { a: 1 })),
    { message: /array of rows, not Object/ },
  )
})

t.test("each kind refuses what it does not hold", async (t) => {
  t.match(
    thrown(() => encodeContent("text", 7)),
    { message: /text holds text, not number/ },
  )
  t.match(
    thrown(() => encodeContent("weights:safetensors", "x")),
    { message: /Uint8Array.*not string/ },
  )
  t.match(
    thrown(() => encodeContent("value", new Map())),
    { _tag: "CanonicalError" },
  )
  t.match(
    thrown(() => encodeContent("metrics", { loss: Number.NaN })),
    { _tag: "CanonicalError" },
  )
  t.match(
    thrown(() => encodeContent("metrics", { loss: "low" })),
    { message: /loss/ },
  )
  t.throws(() => decodeContent("text", Uint8Array.of(0xff)), TypeError)
})

t.test("text reads back to the byte, a byte order mark included", async (t) => {
  for (const text of ["", "a\r\nb", "\ufeffbom", "π"])
    t.equal(decodeContent("csv", encodeContent("csv", text)), text)
})

t.test("text that UTF-8 cannot hold is refused rather than changed", async (t) => {
  t.match(
    thrown(() => encodeContent("text", "half \ud800")),
    { message: /lone surrogate/ },
  )
})

t.test("a role accepts its kind and every refinement, never the base or a sibling", async (t) => {
  t.ok(accepts("idx", "idx"))
  t.ok(accepts("idx", "idx:train"))
  t.ok(accepts("idx:train", "idx:train:small"))
  t.notOk(accepts("idx:train", "idx"))
  t.notOk(accepts("idx:train", "idx:test"))
  t.notOk(accepts("idx", "idxes"))
})

t.test(
  "bytes that are no UTF-8 are refused with the first wrong byte and its line, wherever it stands",
  async (t) => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 0x80, max: 0xbf }), (before, wrong) => {
        const start = new TextEncoder().encode(before)
        const message = thrown(() => decodeContent("csv", Uint8Array.of(...start, wrong, 0x41)))
        const line = before.split("\n").length
        t.ok(
          String(message).includes(`byte ${start.length}, 0x${wrong.toString(16)} in line ${line}`),
          message,
        )
      }),
    )
    const cut = new TextEncoder().encode("a\n€").subarray(0, 4)
    t.match(
      thrown(() => decodeContent("text", cut)),
      /byte 2, 0xe2 in line 2, begins no character: save it as/,
    )
  },
)
