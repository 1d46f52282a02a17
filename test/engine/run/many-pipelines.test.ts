// in turn, in CI: it starts processes.
// Several pipelines in processes of their own on one store, one of them stopped for longer than its heart may stand still.
import { once } from "node:events"
import { existsSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { openSqlite, type Sqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { until } from "../../../engine/testing/processes.ts"
import type { Project } from "../../../engine/testing/project.ts"
import { count } from "../../counts.ts"
import { chained, fault, objectPath, outputs, rounds, states, walked } from "../support/chain.ts"

const rest = ["--exp", "rounds", "--json", "--jobs", "1", "--set"]

function openLedger(t: Test, lab: Project): Sqlite {
  const ledger = openSqlite(join(lab.root, "artifacts/ledger.sqlite"))
  t.teardown(() => ledger.close())
  return ledger
}

/** A pipeline that was stopped in the third of its links, and the ledger that it was at. */
async function asleep(t: Test) {
  const lab = chained(t)
  fault(lab, 3, "wait")
  const sleeper = lab.start([...rest, "seeds=1"])
  await sleeper.event("link-finished", ({ index }) => index === 2)
  sleeper.child.kill("SIGSTOP")
  return { lab, sleeper, ledger: openLedger(t, lab) }
}

t.test("of many pipelines that start at once on a new store, each task and link runs in one", async (t) => {
  const lab = chained(t)
  const all = await Promise.all(
    Array.from({ length: count(3, 8) }, () => lab.start([...rest, "seeds=1,2,3"]).ended),
  )
  for (const { code, stderr } of all) t.equal(code, 0, stderr)
  const each = [1, 2, 3].flatMap((seed) => [1, 2, 3, 4].map((link) => `${seed}#${link}`))
  t.same([...walked(lab)].sort(), each)
  const ran = all.flatMap(({ tasks }) => Object.keys(tasks).filter((task) => tasks[task] === "ran"))
  t.equal(ran.length, 6)
  t.equal(new Set(ran).size, 6)
  for (const { tasks } of all) t.notOk(Object.values(tasks).some((status) => /failed|skipped/.test(status)))
})

t.test("a pipeline that was stopped beyond its heartbeat, beside a gc, loses nothing", async (t) => {
  const { lab, sleeper, ledger } = await asleep(t)
  ledger.exec("UPDATE owners SET beat = 0")
  const collected = await lab.plain("gc", "--json", "--keep-runs", "0")
  t.match(JSON.parse(collected.stdout), { running: 1, objects: 0, temporary: 0, folders: 0 })
  sleeper.child.kill("SIGCONT")
  lab.write({ release: "" })
  const ended = await sleeper.ended
  t.equal(ended.code, 0, ended.stderr)
  t.same(walked(lab), ["1#1", "1#2", "1#3", "1#4"])
  t.ok(existsSync(objectPath(lab, states(ended)[3]!)), "the last state is there, from which it would go on")
})

t.test(
  "one that another took for dead, and whose work that did, ends with the same when it wakes",
  async (t) => {
    const { lab, sleeper, ledger } = await asleep(t)
    // As though it were another host's, which has long been asleep.
    ledger.exec("UPDATE owners SET beat = 0, machine = 'another', host = 'elsewhere'")
    const other = await rounds(lab, "seeds=1,2")
    t.equal(other.code, 0, other.stderr)
    t.equal((await lab.plain("gc", "--keep-runs", "0")).code, 0)
    sleeper.child.kill("SIGCONT")
    lab.write({ release: "" })
    const ended = await sleeper.ended
    t.equal(ended.code, 0, ended.stderr)
    t.same(outputs(ended)["shout@seed=1"], outputs(other)["shout@seed=1"])
    t.match((await rounds(lab, "seeds=1")).last, { ran: 0, cached: 2 })
  },
)

t.test("verify that computes again is seen by gc", async (t) => {
  const lab = chained(t)
  await rounds(lab, "--update-lock")
  fault(lab, 2, "wait")
  const verifying = lab.start(["verify", "--exp", "rounds", "--recompute", "all", "--json", "--jobs", "1"])
  const owners = openLedger(t, lab).prepare<[], { id: string }>("SELECT id FROM owners")
  await until(() => owners.all().length > 0, 60_000)
  t.match(owners.all(), [{ id: /^verify-/ }])
  const { stdout } = await lab.plain("gc", "--json", "--keep-runs", "0")
  t.match(JSON.parse(stdout), { running: 1, temporary: 0 })
  verifying.child.kill("SIGINT")
  await once(verifying.child, "close")
  t.same(owners.all(), [], "it has left")
})
