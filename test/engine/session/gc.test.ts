// in turn, in CI: it starts many command lines.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import type { GcReport } from "../../../engine/cli/garbage-report.ts"
import { openSqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { temporaryName } from "../../../engine/store/temporary-name.ts"
import { environment } from "../../../engine/testing/processes.ts"
import type { Project } from "../../../engine/testing/project.ts"
import { chained, fault, links, objectPath, outputs, rounds, states, walked } from "../support/chain.ts"

type Report = GcReport & { readonly deletes: boolean }

async function gc(project: Project, ...args: ReadonlyArray<string>): Promise<Report> {
  const { code, stdout, stderr } = await project.plain("gc", "--json", ...args)
  if (code !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}
const objects = (project: Project): ReadonlyArray<string> => {
  const folder = join(project.root, "artifacts/objects")
  return readdirSync(folder).flatMap((head) => readdirSync(join(folder, head)).map((tail) => head + tail))
}
const runs = (project: Project) => readdirSync(join(project.root, "artifacts/runs"))

/** Seed 7 in an old run, seed 1 in the lock, seed 8 in the last run: tests take copies. */
const warm = chained(t)
const old = await rounds(warm, "seeds=7")
await rounds(warm, "--update-lock")
await rounds(warm, "seeds=8")
walked(warm)

t.test(
  "what no lock and no recent run reaches goes, and is forgotten as a result; the rest is still cached",
  async (t) => {
    const lab = chained(t, warm.root)
    const before = objects(lab)
    const dry = await gc(lab, "--keep-runs", "1", "--dry-run")
    t.match(dry, { deletes: false, folders: 2, running: 0 })
    t.same(objects(lab), before, "saying it frees nothing")
    const wet = await gc(lab, "--keep-runs", "1")
    t.same(wet, { ...dry, deletes: true })
    t.equal(objects(lab).length, before.length - wet.objects)
    t.notOk(existsSync(objectPath(lab, outputs(old)["shout@seed=7"]!.text!)))
    t.equal(runs(lab).length, 1)
    const cached = await rounds(lab, "seeds=1,8")
    t.match(cached.last, { ran: 0, cached: 4 })
    const again = await rounds(lab, "seeds=7")
    t.match(again.last, { ran: 2, cached: 0 })
    t.same(outputs(again), outputs(old))
  },
)

t.test("a pinned run keeps what it reaches, whatever its age, until the pin is taken back", async (t) => {
  const lab = chained(t, warm.root)
  const { run } = old.of("run-finished")[0]!
  await gc(lab, "--keep-runs", "1", "--pin", run)
  t.match((await rounds(lab, "seeds=7")).last, { ran: 0, cached: 2 })
  const ledger = openSqlite(join(lab.root, "artifacts/ledger.sqlite"))
  for (const change of [
    ["--pin", old.of("run-started")[0]!.run],
    ["--unpin", run],
  ])
    await gc(lab, "--keep-runs", "1", "--dry-run", ...change)
  t.same(ledger.prepare("SELECT run FROM pins").all(), [{ run }], "what is only tried changes no pin")
  ledger.close()
  const unknown = await lab.plain("gc", "--pin", "yesterday")
  t.equal(unknown.code, 2)
  t.match(unknown.stderr, /there is no run yesterday/)
  await rounds(lab, "seeds=8")
  const freed = await gc(lab, "--keep-runs", "1", "--unpin", run)
  t.ok(freed.objects > 0)
})

t.test(
  "what an interrupted run did is not garbage; files of dead processes are, of living ones not",
  async (t) => {
    const lab = chained(t)
    fault(lab, 3, "wait")
    const running = lab.start(["--exp", "rounds", "--json", "--set", "length=6"])
    await running.event("link-finished", ({ index }) => index === 2)
    running.child.kill("SIGKILL")
    const killed = await running.ended
    rmSync(join(lab.root, "fault-3"), { force: true }) // its worker may have died before it met it
    const tmp = join(lab.root, "artifacts/tmp")
    const gone = spawnSync(process.execPath, ["-e", ""], { env: environment }).pid
    mkdirSync(join(lab.root, "artifacts/runs", killed.of("run-started")[0]!.run), { recursive: true })
    const living = temporaryName("put", process.pid, 4)
    for (const name of [temporaryName("put", gone, 3), temporaryName("half@a=1", gone, 0), "notes", living])
      lab.write({ [`artifacts/tmp/${name}`]: "half" })
    t.equal(readdirSync(tmp).length, 5, "the attempt's folder is there too")
    const report = await gc(lab)
    t.match(report, { temporary: 3, objects: 1, folders: 1 }, "the one is the copy of a local file")
    t.match(report, { foreign: [join(tmp, "notes")] })
    t.same(readdirSync(tmp).sort(), ["notes", living])
    const next = await rounds(lab, "length=6")
    t.same(links(next), ["1 cached", "2 cached", "3 ran", "4 ran", "5 ran", "6 ran"])
    t.same(walked(lab).slice(-4), ["1#3", "1#4", "1#5", "1#6"])
  },
)

t.test(
  "of a finished chain the first, the last, the chosen and each fifth state stay, and gc spares them",
  async (t) => {
    const lab = chained(t)
    const kept = (): ReadonlyArray<number> =>
      states(ran).flatMap((state, i) => (existsSync(objectPath(lab, state)) ? [i + 1] : []))
    const ran = await rounds(lab, "length=8", "takeBest=true")
    t.same(kept(), [1, 2, 5, 8], "the rest went when it had finished")
    t.match(await gc(lab), { objects: 0 })
    t.same(kept(), [1, 2, 5, 8])
  },
)

t.test("beside a running pipeline nothing that it made or uses goes, and it ends well", async (t) => {
  const lab = chained(t)
  await rounds(lab, "seeds=1")
  await rounds(lab, "seeds=4")
  fault(lab, 3, "wait")
  const running = lab.start(["--exp", "rounds", "--json", "--jobs", "1", "--set", "seeds=1,9"])
  await running.event("link-finished", ({ index, status }) => index === 2 && status === "ran")
  t.match(await gc(lab, "--keep-runs", "0"), { running: 1, temporary: 0 })
  lab.write({ release: "" })
  const ended = await running.ended
  t.equal(ended.code, 0)
  t.match(ended.tasks, { "grow@seed=1": "cached", "shout@seed=1": "cached", "grow@seed=9": "ran" })
  t.same(walked(lab).slice(-4), ["9#1", "9#2", "9#3", "9#4"])
  t.match((await rounds(lab, "seeds=1,9")).last, { ran: 0, cached: 4 })
  t.match((await rounds(lab, "seeds=4")).last, { ran: 2 }, "what it did not need has gone")
})

t.test("a result that vanishes under a running pipeline is made again by it", async (t) => {
  const lab = chained(t)
  const short = await lab.json("--exp", "lengths", "--set", "lengths=2,3", "--to", "grow@length=2")
  fault(lab, 3, "wait")
  const running = lab.start(["--exp", "lengths", "--json", "--jobs", "1", "--set", "lengths=2,3"])
  await running.event("link-finished", ({ index }) => index === 2)
  const { outputs, key } = short.of("task-finished")[0]!
  rmSync(objectPath(lab, outputs.hash!))
  const ledger = openSqlite(join(lab.root, "artifacts/ledger.sqlite"))
  ledger.prepare("DELETE FROM results WHERE key = ?").run(key)
  ledger.close()
  lab.write({ release: "" })
  const ended = await running.ended
  t.equal(ended.code, 0, ended.stderr)
  t.match(ended.tasks, { "grow@length=2": "cached", "grow@length=3": "ran", pair: "ran" })
})
