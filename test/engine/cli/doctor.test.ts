// alone: it starts processes.
import { readdirSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { store } from "../../../engine/cli/doctor/store.ts"
import { openDatabase } from "../../../engine/ledger/database.ts"
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
  const asked = { root: folder, artifacts: folder, cache: folder, data: undefined, seconds: 0 }
  t.ok((await store.ask(asked)).every(({ status }) => status === "ok"))
  t.same(readdirSync(folder), ["ledger.sqlite"])
  const beside = await store.ask({ ...asked, artifacts: join(folder, "new", "store") })
  t.ok(beside.every(({ status }) => status === "ok"))
  t.same(readdirSync(folder), ["ledger.sqlite"])
})
