// in turn, in CI: it starts processes.
// What was made under keys of an older format, or of one that is not known: every command says so, and nothing beside it.
import { join } from "node:path"
import t from "tap"
import { openSqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { parseLock } from "../../../engine/lock/lock-file.ts"
import { type Project, project } from "../../../engine/testing/project.ts"
import { labProject } from "../support/lab.ts"

const lockFile = "experiments/grid.lock.json"
const warm = labProject(t)
await warm.json("--exp", "grid", "--update-lock")
const lines = ({ stdout }: { readonly stdout: string }) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

/** The lab as if an engine with keys of this format had run it, whose code digests and packages are others too. */
function madeUnder(format: string): Project {
  const lab = project(t, warm.root)
  const ledger = openSqlite(join(lab.root, "artifacts/ledger.sqlite"))
  ledger.exec("PRAGMA foreign_keys = OFF")
  for (const table of ["results", "outputs", "inputs", "metrics"])
    ledger.exec(`UPDATE ${table} SET key = '0000' || substr(key, 5)`)
  ledger.exec(
    `UPDATE results SET fingerprint = json_set(fingerprint, '$[0]', '${format}', '$[2]', 'other', '$[3]', json('{"a@1":"b"}'))`,
  )
  for (const table of ["tasks", "last_keys"])
    ledger.exec(`UPDATE ${table} SET key = '0000' || substr(key, 5)`)
  ledger.close()
  return lab
}

t.test("results under older keys run again for the format alone, in why, status and --plan", async (t) => {
  const lab = madeUnder("stage-key/1")
  const reason = { reason: "key-format", before: "stage-key/1", after: "stage-key/2", isKnown: true }
  const planned = (await lab.json("--exp", "grid", "--plan")).of("planned")
  t.same(planned[0]!.why, [reason])
  for (const { why } of planned) t.same(why, why.length === 0 ? [] : [reason])
  t.same(lines(await lab.plain("why", "clean", "--exp", "grid", "--json"))[0].why, [reason])
  t.match(
    (await lab.plain("why", "clean", "--exp", "grid")).stdout,
    /clean will run because of\n {2}the format of keys is new: stage-key\/1 → stage-key\/2\n {2}keys moved by code only: adopt clean --exp grid .*\n$/,
  )
  const status = lines(await lab.plain("status", "--json")).find(({ experiment }) => experiment === "grid")
  t.match(status, { experiment: "grid", cached: 0, keyFormat: { tasks: Number, why: reason } })
  t.match((await lab.plain("status")).stdout, /grid: \d tasks?: the format of keys is new/)
})

t.test("results of a newer engine are told as such, and not compared", async (t) => {
  const lab = madeUnder("stage-key/9")
  t.match(
    (await lab.plain("why", "clean", "--exp", "grid")).stdout,
    /will run because of\n {2}its key is of a format that this version does not know: stage-key\/9\n$/,
  )
})

t.test("a lock of format 1 differs by the format of keys, once for all tasks", async (t) => {
  const lab = project(t, warm.root)
  const { format: _, ...locked } = JSON.parse(lab.read(lockFile)) as Record<string, Record<string, string>>
  for (const [name, line] of Object.entries(locked)) {
    if (name.startsWith("task ")) line.key = `0000${line.key!.slice(4)}`
    if (!name.startsWith("stage ")) continue
    delete line.keyFormat
    line.code = `0000${line.code!.slice(4)}`
  }
  lab.write({ [lockFile]: JSON.stringify({ format: "refold-lock/1", ...locked }) })
  t.equal(Object.keys(parseLock(lab.read(lockFile), lockFile).tasks).length, 5)
  const { code, stdout } = await lab.plain("verify", "--exp", "grid")
  t.equal(code, 3)
  t.match(
    stdout,
    /5 tasks have another key than the lock: .*\n +the format of keys is new: stage-key\/1 → stage-key\/2\n\n/,
  )
  const status = (await lab.plain("status")).stdout
  t.match(status, /grid: 5 tasks: the format of keys is new/)
  t.equal((await lab.plain("--exp", "grid", "--locked")).code, 3)
})
