// Refold's column of the truth table, as tests: each edit has the verdict that the table prints.
import type { Test } from "tap"
import { Bench } from "../../bench/truth/lab.ts"
import { refold } from "../../bench/truth/refold.ts"
import { isAsKnown } from "../../bench/truth/table.ts"
import type { Edit } from "../../bench/truth/tool.ts"
import { isLong } from "../counts.ts"

/** What runs is looked at for every edit; results are compared with a run from nothing where they could differ, or have time. */
const isCompared = ({ must, may, before, isRefusable }: Edit): boolean =>
  isLong || [must, may, before, isRefusable].some((given) => given !== undefined)

export function hold(t: Test, edits: ReadonlyArray<Edit>): void {
  const bench = new Bench(refold)
  t.teardown(() => bench.end())
  for (const edit of edits) {
    const tried = bench.attempt(edit, isCompared(edit))
    t.ok(isAsKnown(refold, edit, tried), `${edit.name}: ${edit.why}`, { ...tried })
  }
}
