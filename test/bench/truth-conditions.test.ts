// in turn, in CI: it starts many command lines.
import t from "tap"
import { conditionEdits } from "../../bench/truth/edits/conditions.ts"
import { hold } from "./column.ts"

t.test(
  "an edit of a value that decides, of a branch, or of a list of which some fails reruns what it reaches, and nothing else",
  async (t) => hold(t, conditionEdits),
)
