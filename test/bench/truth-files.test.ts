// in turn, in CI, first: it starts many command lines.
import t from "tap"
import { fileEdits } from "../../bench/truth/edits/files.ts"
import { hold } from "./column.ts"

t.test("what happens to inputs, outputs and packages reruns what it reaches, and nothing else", async (t) =>
  hold(t, fileEdits),
)
