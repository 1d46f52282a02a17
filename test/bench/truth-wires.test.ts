// in turn, in CI, first: it starts many command lines.
import t from "tap"
import { wireEdits } from "../../bench/truth/edits/wires.ts"
import { hold } from "./column.ts"

t.test("an edit of wiring or params reruns what it reaches, and nothing else", async (t) =>
  hold(t, wireEdits),
)
