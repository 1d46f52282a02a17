// in turn: it starts processes.
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import t, { type Test } from "tap"
import { type Key, keyOf } from "../../../engine/content/digest.ts"
import { Claims } from "../../../engine/ledger/claims.ts"
import { sqliteLedger } from "../../../engine/ledger/ledger.ts"
import { openSqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { presence } from "../../../engine/run/presence.ts"
import { open } from "../../../engine/testing/layers.ts"
import { environment } from "../../../engine/testing/processes.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { shortHeartbeat, testHeartbeat } from "../../../engine/testing/test-heartbeat.ts"
import { chained, fault, walked } from "../support/chain.ts"

const key: Key = keyOf("a task")
const minute = 60_000
/** A process that has ended: nothing has its number so soon. */
const deadPid = spawnSync(process.execPath, ["-e", ""], { env: environment }).pid

interface Owner {
  readonly id?: string
  readonly pid?: number
  readonly host?: string
  readonly silent?: number
  /** When its process started, in the system's words; of owners of earlier versions unknown. */
  readonly born?: string | null
}

/** A ledger in which another run holds the key. */
function heldBy(t: Test, owner: Owner) {
  const { id = "other", pid = process.ppid, host = hostname(), silent = 0, born = null } = owner
  const path = join(temporaryFolder(t), "ledger.sqlite")
  const claims = Context.get(open(t, sqliteLedger(path)), Claims)
  const database = openSqlite(path)
  const beat = Date.now() - silent
  database
    .prepare("INSERT INTO owners (id, pid, host, beat, started, born) VALUES (?, ?, ?, ?, ?, ?)")
    .run(id, pid, host, beat, beat, born)
  database.prepare("INSERT INTO claims (key, owner) VALUES (?, ?)").run(key, id)
  database.close()
  return claims
}
const isTaken = (t: Test, owner: Owner): boolean => {
  const claims = heldBy(t, owner)
  const [other] = claims.owners()
  const holder = claims.holder(key)
  claims.enter("mine")
  t.teardown(() => claims.leave("mine"))
  const taken = claims.claim(key, "mine")
  t.equal(other!.lives, !taken, "the living are just those whose claims hold")
  t.equal(holder?.run, taken ? undefined : "other")
  t.equal(claims.owners().length, taken ? 1 : 2, "the dead are forgotten")
  return taken
}

t.test("a claim holds as long as its owner lives: here its process, elsewhere its heartbeat", async (t) => {
  t.notOk(isTaken(t, {}))
  t.notOk(isTaken(t, { silent: minute }), "a machine may have been asleep")
  t.notOk(isTaken(t, { host: "elsewhere", pid: deadPid }), "its number means nothing here")
})

t.test("a dead owner's claim is taken over: at once here, after a silence elsewhere", async (t) => {
  t.ok(isTaken(t, { pid: deadPid }))
  t.ok(isTaken(t, { host: "elsewhere", silent: minute }))
  t.ok(isTaken(t, { silent: 10 * minute }), "another process has got its number since")
  t.ok(isTaken(t, { pid: process.pid }), "this one has, as happens in containers")
})

const onLinux =
  process.platform === "linux" ? {} : { skip: "only Linux tells the start of a process at once" }

t.test("an owner lives as long as its very process, however old its beat", onLinux, async (t) => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { env: environment })
  t.teardown(() => child.kill("SIGKILL"))
  const { pid } = child as { pid: number }
  const born = bornOf(pid)
  child.kill("SIGSTOP")
  t.notOk(isTaken(t, { pid, born, silent: 60 * 24 * minute }), "it may be stopped, or have slept")
  t.ok(
    isTaken(t, { pid, born: String(Number(born) - 1) }),
    "another has got its number, and its beat is young",
  )
  t.ok(isTaken(t, { pid: process.pid, born: "1" }), "this one has")
  child.kill("SIGKILL")
  await once(child, "exit")
  t.ok(isTaken(t, { pid, born }))
})

t.test("a process that has ended and is still listed owns nothing", onLinux, async (t) => {
  const parent = spawn("sh", ["-c", "sleep 600 & echo $!; exec sleep 600"], { env: environment })
  t.teardown(() => parent.kill("SIGKILL"))
  const [text] = await once(parent.stdout, "data")
  const pid = Number(text)
  const born = bornOf(pid)
  t.notOk(isTaken(t, { pid, born }))
  await until(() => readFileSync(`/proc/${parent.pid}/comm`, "latin1") === "sleep\n")
  process.kill(pid, "SIGKILL")
  await until(() => / Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1")))
  t.ok(isTaken(t, { pid, born }))
})

const bornOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, "latin1")
    .replace(/^.*\) /s, "")
    .split(" ")[19]!

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; !holds(); turn++) {
    if (turn > 1_000_000) throw new Error("it never came")
    await new Promise((resume) => setImmediate(resume))
  }
}

t.test("one that was taken for dead takes part again, with what of its claims nobody has now", async (t) => {
  const path = join(temporaryFolder(t), "ledger.sqlite")
  const claims = Context.get(open(t, sqliteLedger(path)), Claims)
  const other = Context.get(open(t, sqliteLedger(path)), Claims)
  const [free, taken, fresh] = ["free", "taken", "fresh"].map((name) => keyOf(name)) as [Key, Key, Key]
  claims.enter("sleeper")
  t.teardown(() => claims.leave("sleeper"))
  const { started } = claims.owners()[0]!
  t.ok(claims.claim(free, "sleeper") && claims.claim(taken, "sleeper"))
  claims.beat("sleeper")
  t.notOk(claims.wasDisturbed("sleeper"))

  const database = openSqlite(path)
  const forget = () => database.exec("PRAGMA foreign_keys = ON; DELETE FROM owners WHERE id = 'sleeper'")
  t.teardown(() => database.close())
  forget()
  other.enter("waker")
  t.teardown(() => other.leave("waker"))
  t.ok(other.claim(taken, "waker"))
  claims.beat("sleeper")
  t.ok(claims.wasDisturbed("sleeper"))
  t.notOk(claims.wasDisturbed("sleeper"), "told once")
  t.equal(other.holder(free)?.run, "sleeper")
  t.equal(other.holder(taken)?.run, "waker")
  t.equal(
    claims.owners().find(({ run }) => run === "sleeper")!.started,
    started,
    "what it made since is spared",
  )

  claims.release(taken, "sleeper")
  forget()
  t.ok(claims.claim(fresh, "sleeper"), "a claim is no foreign key that fails")
  t.ok(claims.wasDisturbed("sleeper"))
  t.equal(other.holder(free)?.run, "sleeper")
  t.equal(other.holder(taken)?.run, "waker", "what it gave up it does not ask for")
})

t.test("two tasks of one run cannot both have a key; it is free again once released", async (t) => {
  const claims = heldBy(t, { pid: deadPid })
  claims.enter("mine")
  t.teardown(() => claims.leave("mine"))
  t.ok(claims.claim(key, "mine"))
  t.notOk(claims.claim(key, "mine"))
  claims.release(key, "somebody else's")
  t.notOk(claims.claim(key, "mine"), "nobody releases another's claim")
  claims.release(key, "mine")
  t.ok(claims.claim(key, "mine"))
})

t.test("a run that entered twice holds its claims until it has left twice", async (t) => {
  const claims = heldBy(t, { pid: deadPid })
  claims.enter("mine")
  t.teardown(() => claims.leave("mine"))
  claims.claim(key, "mine")
  claims.enter("mine")
  claims.leave("mine")
  t.notOk(claims.claim(key, "mine"))
  claims.leave("mine")
  t.same(claims.owners(), [])
  claims.enter("mine")
  t.ok(claims.claim(key, "mine"))
})

t.test("a heartbeat that a test moves: an owner elsewhere is dead once its silence has passed", async (t) => {
  const beats = testHeartbeat()
  const path = join(temporaryFolder(t), "ledger.sqlite")
  const claims = Context.get(open(t, sqliteLedger(path, beats)), Claims)
  const database = openSqlite(path)
  database
    .prepare("INSERT INTO owners (id, pid, host, beat, started) VALUES (?, ?, ?, ?, ?)")
    .run("other", 1, "elsewhere", beats.now(), beats.now())
  database.prepare("INSERT INTO claims (key, owner) VALUES (?, ?)").run(key, "other")
  database.close()
  claims.enter("mine")
  t.teardown(() => claims.leave("mine"))
  beats.pass(beats.silence - 1)
  t.notOk(claims.claim(key, "mine"))
  beats.pass(1)
  t.ok(claims.claim(key, "mine"))
})

t.test("a run that is present beats as often as its heart is told to", async (t) => {
  const path = join(temporaryFolder(t), "ledger.sqlite")
  const ledger = open(t, sqliteLedger(path, shortHeartbeat(0.0002))) // 1 ms stands for 5 s
  const database = openSqlite(path, { readonly: true })
  t.teardown(() => database.close())
  const beats = new Set<unknown>()
  const present = Effect.gen(function* () {
    yield* presence("mine")
    for (let turn = 0; turn < 100_000 && beats.size < 3; turn++) {
      beats.add(database.prepare("SELECT beat FROM owners WHERE id = 'mine'").get()?.beat)
      yield* Effect.promise(() => new Promise((resume) => setImmediate(resume)))
    }
  })
  await Effect.runPromise(Effect.provide(Effect.scoped(present), ledger))
  t.ok(beats.size >= 3, `${beats.size} beats`)
  t.equal(database.prepare("SELECT id FROM owners").all().length, 0, "it has left")
})

const rounds = ["--exp", "rounds", "--json", "--jobs", "1", "--set"]

t.test("two pipelines at once on one store run each task once, and both end with all of them", async (t) => {
  const lab = chained(t)
  fault(lab, 2, "wait")
  const one = lab.start([...rounds, "seeds=1,2"])
  await one.event("link-finished")
  const two = lab.start([...rounds, "seeds=1,2,3"])
  await two.event("task-finished", ({ task }) => task === "shout@seed=3")
  lab.write({ release: "" })
  const [first, second] = await Promise.all([one.ended, two.ended])
  t.same([first.code, second.code], [0, 0])
  const each = [1, 2, 3].flatMap((seed) => [1, 2, 3, 4].map((link) => `${seed}#${link}`))
  t.same([...walked(lab)].sort(), each)
  t.equal(first.tasks["grow@seed=1"], "ran")
  t.match(second.tasks, { "grow@seed=1": "cached", "grow@seed=3": "ran" })
  const ran = [first, second].flatMap(({ tasks }) =>
    Object.keys(tasks).filter((task) => tasks[task] === "ran"),
  )
  t.equal(ran.length, 6)
  t.equal(new Set(ran).size, 6)
})

t.test("a killed pipeline's claim is taken over at once, also by one that waits for it", async (t) => {
  const lab = chained(t)
  fault(lab, 2, "wait")
  const one = lab.start([...rounds, "seeds=1"])
  await one.event("link-finished")
  const two = lab.start([...rounds, "seeds=1,2"])
  await two.event("task-finished", ({ task }) => task === "shout@seed=2")
  one.child.kill("SIGKILL")
  const [, second] = await Promise.all([one.ended, two.ended])
  t.equal(second.code, 0)
  t.match(second.tasks, { "grow@seed=1": "ran", "shout@seed=1": "ran" })
  t.same(
    second
      .of("link-finished")
      .flatMap(({ task, index, status }) => (task.endsWith("1") ? [`${index} ${status}`] : [])),
    ["1 cached", "2 ran", "3 ran", "4 ran"],
  )
})
