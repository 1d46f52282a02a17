// Two pipelines on one store: who waits for whom, and what becomes of one that was taken for dead and wakes. No process, no sleep.
import { join } from "node:path"
import * as Layer from "effect/Layer"
import t, { type Test } from "tap"
import type { Key } from "../../../engine/content/digest.ts"
import { experiment } from "../../../engine/declare/index.ts"
import type { Heartbeat } from "../../../engine/ledger/heartbeat.ts"
import { openSqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import { Store } from "../../../engine/store/store.ts"
import { controlledStage, type Invocation } from "../../../engine/testing/controlled-stage.ts"
import { EventRecorder } from "../../../engine/testing/event-recorder.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { shortHeartbeat } from "../../../engine/testing/test-heartbeat.ts"

type Stage = ReturnType<typeof controlledStage>["stage"]

const grid = (stage: Stage, ids: ReadonlyArray<string>) =>
  experiment("grid", {}, () => ids.map((id) => stage({ id }, { given: {} }, { id }).value))

/** A heart that stands still while its process is stopped. */
function stoppable(): Heartbeat & { isStopped: boolean } {
  const usual = shortHeartbeat(0.001) // 5 ms stand for 5 s
  const beats = {
    ...usual,
    isStopped: false,
    now: () => {
      if (beats.isStopped) throw new Error("stopped")
      return usual.now()
    },
  }
  return beats
}

/** Two pipelines, of which the first can be stopped and forgotten by the ledger, as another host's `gc` would. */
function pipelines(t: Test) {
  const ledger = join(temporaryFolder(t), "ledger.sqlite")
  const beats = stoppable()
  const sleeper = memoryPlace(t, { ledger, name: "sleeper", beats })
  const other = memoryPlace(t, { ledger, name: "other", store: Layer.succeed(Store, sleeper.store) })
  const database = openSqlite(ledger)
  t.teardown(() => database.close())
  const stop = (): void => {
    beats.isStopped = true
    database.exec("PRAGMA foreign_keys = ON; DELETE FROM owners WHERE id LIKE 'sleeper%'")
  }
  const wake = (): void => {
    beats.isStopped = false
  }
  return { sleeper, other, stop, wake }
}

/** The next invocations, by what they were declared with. */
async function taken(work: ReturnType<typeof controlledStage>, count: number) {
  const found = new Map<string, Invocation>()
  for (let i = 0; i < count; i++) {
    const invocation = await work.next()
    found.set(invocation.id, invocation)
  }
  return (id: string): Invocation => found.get(id)!
}

t.test("that a task waits for another pipeline is told once, and for whom", async (t) => {
  const { sleeper: first, other: second } = pipelines(t)
  const work = controlledStage("work")
  const one = first.run(grid(work.stage, ["a"]))
  const a = await work.next()
  const recorder = new EventRecorder()
  const two = second.run(grid(work.stage, ["a", "b", "c"]), { recorder })
  const waiting = await recorder.first("waiting")
  t.match(waiting, { task: "work@id=a", stage: "work", for: { run: "sleeper-1", pid: process.pid } })
  t.equal(new Date(waiting.for.since).toISOString(), waiting.for.since)
  for (const _ of ["b", "c"]) (await work.next()).succeed(0) // each end is a look at "a"
  await recorder.first("task-finished", ({ task }) => task === "work@id=c")
  a.succeed(1)
  t.match((await one).summary.counts, { ran: 1 })
  t.match((await two).summary.counts, { ran: 2, cached: 1 })
  t.equal(recorder.of("waiting").length, 1)
})

t.test("two tasks of one run that share a key wait for no other pipeline", async (t) => {
  const place = memoryPlace(t)
  const work = controlledStage("work")
  const twins = experiment("twins", {}, () =>
    [1, 2].map((place) => work.stage({ id: "same" }, { given: {} }, { place }).value),
  )
  const running = place.run(twins, { jobs: 2 })
  ;(await work.next()).succeed(1)
  const { recorder } = await running
  t.same(recorder.of("waiting"), [])
})

t.test(
  "a run that was taken for dead takes its claims again where nobody else has, and ends right",
  async (t) => {
    const { sleeper, stop, wake } = pipelines(t)
    const work = controlledStage("work")
    const running = sleeper.run(grid(work.stage, ["a", "b", "c"]), { jobs: 2 })
    const at = await taken(work, 2)
    stop()
    wake()
    at("a").succeed(1)
    ;(await work.next()).succeed(3)
    at("b").succeed(2)
    const { summary } = await running
    t.same(summary.counts, { ran: 3, cached: 0, failed: 0, skipped: 0, notNeeded: 0 })
    t.equal(work.invocations, 3)
  },
)

t.test("what another did while a run was taken for dead is a hit when it wakes", async (t) => {
  const { sleeper, other, stop, wake } = pipelines(t)
  const work = controlledStage("work")
  const running = sleeper.run(grid(work.stage, ["a", "b"]), { jobs: 2 })
  const at = await taken(work, 2)
  stop()
  const taking = other.run(grid(work.stage, ["a"]))
  ;(await work.next()).succeed("the other's")
  t.match((await taking).summary.counts, { ran: 1 })
  wake()
  at("b").succeed(2)
  const { summary, recorder } = await running
  t.match(summary.counts, { ran: 1, cached: 1, failed: 0 })
  t.match(recorder.tasks, { "work@id=a": "cached", "work@id=b": "ran" })
  t.equal(sleeper.results.outputs(recorder.of("task-started")[0]!.key as Key) === undefined, false)
})

t.test(
  "what another is at when a run wakes is waited for, and done by this one if that one gives it up",
  async (t) => {
    const { sleeper, other, stop, wake } = pipelines(t)
    const work = controlledStage("work")
    const recorder = new EventRecorder()
    const running = sleeper.run(grid(work.stage, ["a"]), { recorder })
    await work.next()
    stop()
    const taking = other.run(grid(work.stage, ["a"]))
    const others = await work.next()
    wake()
    t.match(await recorder.first("waiting"), { task: "work@id=a", for: { run: "other-1" } })
    others.fail(new Error("no"))
    t.match((await taking).summary.counts, { failed: 1 })
    ;(await work.next()).succeed(1)
    const { summary } = await running
    t.match(summary.counts, { ran: 1, cached: 0, failed: 0 })
  },
)
