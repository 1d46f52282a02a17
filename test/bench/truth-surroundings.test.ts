// in turn, in CI, first: it starts many command lines.
import t from "tap"
import { surroundings } from "../../bench/truth/edits/surroundings.ts"
import { hold } from "./column.ts"

t.test("what is about a project reruns nothing; what a stage reads without saying so is refused", async (t) =>
  hold(t, surroundings),
)
