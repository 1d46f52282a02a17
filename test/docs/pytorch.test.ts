// in turn, in CI: it may start a Python.
// Whether the declarations of docs/pytorch.md stand in the file that the compiler checks. Its Python is run by test/stages/pytorch.test.ts.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { repository } from "../../engine/testing/command.ts"

t.test("each declaration of docs/pytorch.md stands in a file that is type-checked, as it is", async (t) => {
  const page = readFileSync(join(repository, "docs/pytorch.md"), "utf8")
  const checked = readFileSync(join(repository, "test/docs/pytorch-declarations.ts"), "utf8")
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text]) => text!)
  t.equal(blocks.length, 8)
  for (const block of blocks) t.ok(checked.includes(block.trimEnd()), block.split("\n", 1)[0]!)
})
