// in turn, in CI, first: it starts many command lines.
import t from "tap"
import { codeEdits } from "../../bench/truth/edits/code.ts"
import { hold } from "./column.ts"

t.test("an edit of code reruns the stages whose code it is, and nothing else", async (t) =>
  hold(t, codeEdits),
)
