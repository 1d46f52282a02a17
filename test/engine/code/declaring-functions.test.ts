import t from "tap"
import { codeRuntime } from "../../../engine/code/shims.ts"
import * as declare from "../../../engine/declare/index.ts"

t.test("each declaring function that modules import stands in stages' bundles too", (t) => {
  const there = [...codeRuntime.matchAll(/^export function (\w+)/gm)].map(([, name]) => name!)
  t.same(there.sort(), [...Object.keys(declare), "run", "load"].sort())
  t.end()
})
