// in turn, in CI: it starts many command lines.
import t from "tap"
import { folderEdits } from "../../bench/truth/edits/folders.ts"
import { hold } from "./column.ts"

t.test(
  "an edit of one of many files, of their names or their times reruns what it reaches, and nothing else",
  async (t) => hold(t, folderEdits),
)
