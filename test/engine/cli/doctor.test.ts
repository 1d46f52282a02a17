// in turn, in CI: it starts processes.
import { readdirSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { store } from "../../../engine/cli/doctor/store.ts"
import { openDatabase } from "../../../engine/ledger/database.ts"
import { project } from "../../../engine/testing/project.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { labProject } from "../support/lab.ts"

const lab = labProject(t)

t.test("on a sound machine the default job can run, and nothing is left behind", async (t) => {
  const { code, stdout } = await lab.plain("doctor", "--json", "--seconds", "0")
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
  t.equal(code, 0, stdout)
  t.same(lines.at(-1), { ready: true, failed: 0 })
  const found = new Map(lines.slice(0, -1).map((line) => [`${line.about}: ${line.name}`, line]))
  for (const name of ["machine: Node", "store: locks", "store: SQLite", "backends: wasm", "backends: cpu"])
    t.equal(found.get(name)?.status, "ok", name)
  t.match(found.get("lock files: grid"), { status: "missing", found: "no lock file" })
  t.notOk(readdirSync(lab.root).some((name) => name === "artifacts" || name.startsWith(".refold-doctor")))
})

t.test("a store that cannot be written is named with what helps, and the exit is 1", async (t) => {
  lab.write({ file: "" })
  const { code, stdout } = await lab.plain("doctor", "--seconds", "0", "--artifacts", "file/artifacts")
  t.equal(code, 1)
  t.match(
    stdout,
    /BROKEN {2}folder +\S+file\/artifacts cannot be written .*\n +→ name another with --artifacts/,
  )
  t.match(stdout, /the default job cannot run: see what is broken above\n$/)
  t.equal((await lab.plain("doctor", "--seconds", "-1")).code, 2)
})

t.test("a store that is there already is asked without a trace", async (t) => {
  const folder = temporaryFolder(t)
  openDatabase(join(folder, "ledger.sqlite")).close()
  const asked = { root: folder, artifacts: folder, cache: folder, data: undefined, by: {}, seconds: 0 }
  t.ok((await store.ask(asked)).every(({ status }) => status === "ok"))
  t.same(readdirSync(folder), ["ledger.sqlite"])
  const beside = await store.ask({ ...asked, artifacts: join(folder, "new", "store") })
  t.ok(beside.every(({ status }) => status === "ok"))
  t.same(readdirSync(folder), ["ledger.sqlite"])
})

t.test("experiments whose stages share a name are each told by their own code", async (t) => {
  const moduleOf = (name: string, value: number): string => `import { Schema } from "effect"
import { experiment, stage } from "refold"
export const work = stage("work", {
  params: Schema.Struct({}), inputs: {}, outputs: { x: "value" }, run: () => ({ x: ${value} }),
})
export default experiment("${name}", {}, () => work({}).x)`
  const two = project(t, {
    "package.json": '{"type":"module"}',
    "experiments/one.ts": moduleOf("one", 1),
    "experiments/two.ts": moduleOf("two", 2),
  })
  for (const name of ["one", "two"]) await two.plain("--exp", name, "--update-lock")
  const { stdout } = await two.plain("status", "--json")
  for (const line of stdout.trim().split("\n"))
    t.match(JSON.parse(line), { tasks: 1, cached: 1, stale: 0, "differing from lock": 0 })
  const locks = (await two.plain("doctor", "--json", "--seconds", "0")).stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ about }) => about === "lock files")
  t.same(
    locks.map(({ name, status }) => [name, status]),
    [
      ["one", "ok"],
      ["two", "ok"],
    ],
  )
})
