// in turn, in CI, first: it packs, installs, and asks a server of its own.
// Whether the prompts' project runs from the tarball alone, asks each question once, and scores again without asking.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import t from "tap"
import { execute } from "../../engine/testing/processes.ts"
import { example, last } from "../support/example.ts"
import { packed, tsx } from "../support/installed.ts"
import { root } from "../support/sources.ts"

t.test("prompts compiles, asks each question once, and scores again without asking", async (t) => {
  const { folder, refold } = await example(t, await packed(t), "prompts")
  const typescript = join(root, "node_modules/typescript-7/bin/tsc")
  const compiled = await execute(folder, process.execPath, [typescript, "-p", "."])
  t.equal(compiled.stdout, "")

  const server = spawn(process.execPath, [tsx, "mock-api.ts", "0"], { cwd: folder, stdio: "pipe" })
  t.teardown(() => void server.kill())
  const lines = createInterface({ input: server.stdout })
  const [url] = (await once(lines, "line")) as [string]
  writeFileSync(join(folder, "parts/api.ts"), `export const url = ${JSON.stringify(url)}\n`)
  const asked = async (): Promise<string> => {
    server.kill("SIGUSR2")
    return ((await once(lines, "line")) as [string])[0]
  }

  const first = await refold("--exp", "prompts", "--json", "--update-lock")
  t.equal(first.code, 0, first.stderr)
  t.match(last(first.stdout), { event: "run-finished", failed: 0, observed: { tasks: 360 } })
  const after = await asked()
  t.match(after, /, 360 answered$/)

  const second = await refold("--exp", "prompts", "--json")
  t.match(last(second.stdout), { event: "run-finished", ran: 0, failed: 0 })
  const stage = join(folder, "stages/grade.ts")
  writeFileSync(stage, readFileSync(stage, "utf8").replace("?.at(-1)", "?.at(0)"))
  const graded = await refold("--exp", "prompts", "--json")
  const { ran, cached } = last(graded.stdout)
  t.ok(Number(ran) > 0, "equal answers are scored once, so that fewer run than there are")
  t.equal(Number(ran) + Number(cached), 420)
  const held = await refold("verify", "--exp", "prompts")
  t.equal(held.code, 3, "the lock is of the other way of scoring")
  t.match(held.stdout, /360 tasks observed from/)
  t.equal(await asked(), after, "nothing was asked since")

  const shown = await refold("show", "--exp", "prompts")
  t.match(shown.stdout, /accuracy/)
})
