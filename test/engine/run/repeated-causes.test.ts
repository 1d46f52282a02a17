// What events say of an error and of what stands behind it: nothing twice.
import t from "tap"
import { errorFacts } from "../../../engine/run/authored-error.ts"

const wrong = { tag: "TypeError", message: "it is not in UTF-8: byte 5" }
const input = { tag: "TypeError", message: 'input "rows" is no csv: it is not in UTF-8: byte 5', stack: [] }
const place = "stages/rows.ts:3:1"

t.test("a cause that an error quotes is told where a place of it is known, and else is not", async (t) => {
  t.same(errorFacts({ ...input, causes: [wrong] }), { ...input, causes: [] })
  const placed = { ...wrong, stack: [place] }
  t.same(errorFacts({ ...input, causes: [placed] }), { ...input, causes: [placed] })
  const behind = { tag: "Error", message: "the disk is full", stack: [] }
  t.same(errorFacts({ ...input, causes: [wrong, behind, behind] }), { ...input, causes: [behind] })
})
