// The tests that share a process, one file after the other. The longest of all, it has the name that tap starts first; a
// single file runs alone with `npx tap test/….test.ts`.
import { resolve } from "node:path"
import t from "tap"

const { together }: { together: ReadonlyArray<string> } = await import(
  new URL("all-in-one.mjs", import.meta.url).href
)

for (const file of together) {
  t.comment(file)
  await import(resolve(file))
}
