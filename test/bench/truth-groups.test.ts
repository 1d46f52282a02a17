// in turn, in CI, first: it starts many command lines.
import t from "tap"
import { groupEdits } from "../../bench/truth/edits/groups.ts"
import { hold } from "./column.ts"

t.test(
  "an edit of a list, a folder, seeds, another's result or policy reruns what it reaches, and nothing else",
  async (t) => hold(t, groupEdits),
)
