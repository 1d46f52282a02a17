// in turn, in CI: it starts processes, and mounts disks.
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { tableNames } from "../../../engine/ledger/database.ts"
import { migrations } from "../../../engine/ledger/migrations.ts"
import { openSqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { temporaryName } from "../../../engine/store/temporary-name.ts"
import { repository } from "../../../engine/testing/command.ts"
import { type Disk, disk } from "../../../engine/testing/mounts.ts"
import { type Ended, execute } from "../../../engine/testing/processes.ts"
import { project } from "../../../engine/testing/project.ts"
import { count, isLong } from "../../counts.ts"
import { labProject } from "../support/lab.ts"

/** A project that was run and locked: tests take copies, with the artifacts on a disk of their own. */
const warm = labProject(t)
const first = await warm.json("--exp", "grid", "--update-lock")
if (first.code !== 0) throw new Error(first.stderr)

/** What each command is to end with where nothing can be written; first those that differ in how they read. */
const reading: ReadonlyArray<readonly [command: string, code: number]> = [
  ["status", 0],
  ["verify --exp grid --recompute 1", 0],
  ["runs", 0],
  ["show --exp grid", 0],
  ["why --exp grid clean", 0],
  ["logs clean", 0],
  ["list", 0],
  ["--exp grid --plan", 0],
  ["verify --exp grid", 0],
  ["verify --exp grid --stored", 0],
  ["doctor --seconds 0", 1],
  ["gc --dry-run", 0],
]
const writing = ["--exp grid", "--exp acts", "gc"]

interface Subject {
  readonly disk: Disk
  readonly root: string
  readonly artifacts: string
  readonly refold: (command: string, as?: "nobody") => Promise<Ended>
}

/** A copy whose artifacts lie on a disk of their own. */
function subject(t: Test): Subject | undefined {
  const found = disk(t, 64)
  if (found === undefined) {
    t.pass("skipped", { skip: "only root on Linux can mount a disk: nothing was tried here" })
    return undefined
  }
  const artifacts = join(found.folder, "artifacts")
  const { root } = project(t, warm.root)
  cpSync(join(root, "artifacts"), artifacts, { recursive: true })
  chmodSync(root, 0o755) // others may look into it
  const refold: Subject["refold"] = (command, as) => {
    const args = [join(repository, "engine/build/launch.mjs"), ...command.split(" ")]
    if (command !== "list") args.push("--artifacts", artifacts)
    return as === undefined
      ? execute(root, process.execPath, args)
      : execute(root, "setpriv", [
          "--reuid=65534",
          "--regid=65534",
          "--clear-groups",
          process.execPath,
          ...args,
        ])
  }
  return { disk: found, root, artifacts, refold }
}

/** Everything that lies in the store, with its size and time. */
const inventory = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => [name, statSync(join(folder, name))] as const)
    .map(([name, stat]) => `${name} ${stat.isDirectory() ? "" : stat.size}`)
    .sort()

/** @param few how many of them in the short tier */
async function readAll(t: Test, { refold }: Subject, few: number, as?: "nobody"): Promise<void> {
  for (const [command, code] of reading.slice(0, count(few, reading.length))) {
    const ended = await refold(command, as)
    t.equal(ended.code, code, `${command}: ${ended.stderr}`)
    t.notMatch(ended.stderr, /^\s+at /m, `${command} shows no stack`)
  }
}

async function writeNothing(t: Test, { refold }: Subject, remedy: RegExp, as?: "nobody"): Promise<void> {
  for (const command of isLong ? writing : writing.slice(1, 2)) {
    const ended = await refold(command, as)
    t.equal(ended.code, 2, `${command}: ${ended.stderr}`)
    t.match(ended.stderr, remedy, command)
    t.equal(ended.stderr.trim().split("\n").length, 1, "in one line")
    t.notMatch(ended.stdout, /ran/, "before anything runs")
  }
}

t.test(
  "a read-only store can be read by every command, and is refused to who would write, before anything runs",
  async (t) => {
    const given = subject(t)
    if (given === undefined) return
    const before = inventory(given.artifacts)
    given.disk.makeReadOnly()
    await readAll(t, given, 2)
    await writeNothing(t, given, /\/artifacts is on a disk that is read-only \(mounted at .*--artifacts DIR/)
    given.disk.makeWritable()
    t.same(inventory(given.artifacts), before)
    t.equal((await given.refold("--exp acts --jobs 1")).code, 0, "once it can be written, all goes on")
  },
)

t.test(
  "a store of any older schema can be read where nothing can be written, by every command",
  async (t) => {
    for (let version = 1; version < migrations.length; version++) {
      if (!isLong && version > 1) continue
      const given = subject(t)
      if (given === undefined) return
      const path = join(given.artifacts, "ledger.sqlite")
      olderLedger(path, version)
      rmSync(join(given.artifacts, "refold-store.json")) // stores had no mark then
      given.disk.makeReadOnly()
      const before = readFileSync(path)
      await readAll(t, given, 1)
      t.match((await given.refold("runs --json")).stdout, /"experiment":"grid".*"outcome":"done"/)
      t.ok(readFileSync(path).equals(before), `schema ${version} stays what it is`)
    }
  },
)

t.test(
  "a store that a killed pipeline left with a log, of another user, is read whole and left as it is",
  async (t) => {
    const given = subject(t)
    if (given === undefined) return
    const { artifacts, refold } = given
    const before = inventory(artifacts)
    await readAll(t, given, 2, "nobody")
    await writeNothing(t, given, /cannot be written by the user nobody: .*--artifacts DIR/, "nobody")
    t.same(inventory(artifacts), before)
    // What is only in the log: as a kill leaves it, copied while a connection is open.
    const path = join(artifacts, "ledger.sqlite")
    const open = openSqlite(path)
    open.pragma("journal_mode = WAL")
    open.exec("UPDATE runs SET experiment = 'renamed'")
    const kept = [path, `${path}-wal`].map((from) => [from, readFileSync(from)] as const)
    open.close()
    for (const [to, bytes] of kept) writeFileSync(to, bytes)
    rmSync(`${path}-shm`, { force: true })
    t.match((await refold("runs", "nobody")).stdout, /renamed/)
    t.notOk(existsSync(`${path}-shm`))
    chmodSync(join(artifacts, "objects"), 0o700)
    const { code, stderr } = await refold("gc --dry-run", "nobody")
    t.equal(code, 2)
    t.match(stderr, /objects cannot be read \(EACCES.*: let its owner permit it, or name another store with/)
  },
)

t.test(
  "on a full disk every command reads, gc frees what it can with what was held back, and then all goes on",
  async (t) => {
    const given = subject(t)
    if (given === undefined) return
    const { refold } = given
    const filler = join(given.disk.folder, "filler")
    fill(filler)
    await readAll(t, given, 2)
    const refused = await refold("--exp grid --force clean --jobs 1")
    t.equal(refused.code, 2, refused.stderr)
    t.match(
      refused.stderr,
      /the disk at .* is full \(0\.00 MB free\): free some, such as with gc --artifacts .*--artifacts DIR/,
    )
    const freed = await refold("gc --keep-runs 0")
    t.equal(freed.code, 0, freed.stderr)
    rmSync(filler)
    t.equal((await refold("--exp grid --jobs 1")).code, 0, "after space is freed all goes on")
    t.equal((await refold("verify --exp grid --stored")).code, 0)
  },
)

t.test(
  "on a full disk where nothing is held back any more gc frees what the ledger as it stands lets go, and forgets it",
  async (t) => {
    const given = subject(t)
    if (given === undefined) return
    const { artifacts, refold } = given
    const run = readdirSync(join(artifacts, "runs"))[0]!
    rmSync(join(given.root, "experiments/grid.lock.json"))
    rmSync(join(artifacts, "reserve"))
    appendFileSync(join(artifacts, "runs", run, "index.html"), Buffer.alloc(2e6))
    const left = join(artifacts, "tmp", temporaryName("left", 2 ** 22 + 1, 0))
    writeFileSync(left, Buffer.alloc(1e6))
    const filler = join(given.disk.folder, "filler")
    fill(filler)
    const freed = await refold("gc --keep-runs 0")
    t.equal(freed.code, 0, freed.stderr)
    t.match(freed.stdout, / 1 folder of runs, \d+ of logs and 1 temporary file went/)
    t.notOk(existsSync(left))
    t.same(readdirSync(join(artifacts, "runs")), [])
    rmSync(filler)
    t.equal((await refold("--exp grid --jobs 1")).code, 0, "after space is freed all goes on")
  },
)

/** The ledger as an older version would have it: with what of its rows that knew. */
function olderLedger(path: string, version: number): void {
  renameSync(path, `${path}.whole`)
  const older = openSqlite(path)
  for (const migration of migrations.slice(0, version)) older.exec(migration)
  older.pragma(`user_version = ${version}`)
  older.exec(`ATTACH '${path}.whole' AS whole`)
  const columns = (schema: string, table: string): ReadonlyArray<string> =>
    older
      .prepare<[], { name: string }>(`PRAGMA ${schema}.table_info(${table})`)
      .all()
      .map(({ name }) => name)
  for (const table of tableNames.filter((name) => columns("main", name).length > 0)) {
    const whole = columns("whole", table)
    const list = columns("main", table)
      .filter((name) => whole.includes(name))
      .join(", ")
    older.exec(`INSERT INTO main.${table} (${list}) SELECT ${list} FROM whole.${table}`)
  }
  older.close()
  rmSync(`${path}.whole`)
}

function fill(path: string): void {
  for (const size of [1 << 20, 4096])
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size))
    } catch {
      // that was all of it
    }
}
