// The tests that share a process, one file after the other. The longest of all, it has the name that tap starts first; a
// single file runs alone with `npx tap test/….test.ts`.
import { writeSync } from "node:fs"
import { resolve } from "node:path"
import t from "tap"

const { together }: { together: ReadonlyArray<string> } = await import(
  new URL("all-in-one.mjs", import.meta.url).href
)

t.setTimeout(1_800_000) // .taprc's is for one file; a machine may be busy

// Whatever ends this process early, such as a file that tears something down with tap's own `t`, must not pass for success.
let ended = 0
process.on("exit", () => {
  if (ended === together.length) return
  process.exitCode = 1
  writeSync(2, `${ended} of ${together.length} files have ended: ${together[ended]} did not\n`)
})

for (const file of together) {
  await import(resolve(file))
  // Its tests wait in a queue. The next file begins when this last one has had its turn, so that none runs amid another's.
  await t.test(`${file} has ended`, async (t) => {
    ended++
    t.pass()
  })
}
