// alone: it starts workers and bundles with esbuild.
// Whatever is edited, running with the cache gives what running from nothing gives, and nothing runs again that need not.
import t from "tap"
import { environment } from "../../engine/testing/processes.ts"
import { temporaryFolder } from "../../engine/testing/temporary-folder.ts"
import { count } from "../counts.ts"
import { campaign } from "./campaign.ts"

t.setTimeout(600_000) // .taprc's is for files that take less

t.test(
  "after random edits of code, params, inputs, packages and environment a cached result is that of a run from nothing, and nothing runs again whose outputs and fingerprint could not have changed",
  { timeout: 600_000 },
  async (t) => {
    const { freshen } = await import(new URL("../../engine/build/build.mjs", import.meta.url).href)
    await freshen() // workers run what is built
    process.env = { ...environment }
    const seed = Number(process.env.REFOLD_TEST_SEED ?? 1)
    const figures = await campaign({ seed, edits: count(8, 100, 40), folder: temporaryFolder(t) })
    t.same(figures.failures, [])
    t.ok(figures.ran > 0 && figures.cached > figures.ran, "most tasks were cached, and some ran")
    t.comment(
      `${figures.edits} edits of ${figures.projects} projects: ${figures.ran} tasks ran, ${figures.cached} were cached`,
    )
  },
)
