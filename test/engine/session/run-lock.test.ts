// What a run has to do with its lock file, counted: artifacts and rows that are read, and steps in which others get their turn.
import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import t, { type Test } from "tap"
import type { Steps } from "../../../engine/content/steps.ts"
import { experiment, stage } from "../../../engine/declare/index.ts"
import { Links } from "../../../engine/ledger/links.ts"
import { Results } from "../../../engine/ledger/results.ts"
import { quotations, resultDifferences } from "../../../engine/lock/compare-locks.ts"
import { type Lock, readingLock, readLock, writingLock } from "../../../engine/lock/lock-file.ts"
import { Events } from "../../../engine/report/events.ts"
import type { Place } from "../../../engine/session/place.ts"
import { compareWithLock, type LockMode } from "../../../engine/session/run-lock.ts"
import { Store } from "../../../engine/store/store.ts"
import { EventRecorder } from "../../../engine/testing/event-recorder.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"

const double = stage("double", {
  params: Schema.Struct({ value: Schema.Number }),
  inputs: {},
  outputs: { out: "value", measured: "metrics" },
  run: ({ params }) => ({ out: params.value * 2, measured: { half: params.value / 2 } }),
})
const grid = (cells: number) =>
  experiment("grid", {}, () => Array.from({ length: cells }, (_, value) => double({ value }, {}, { value })))

/** A run of so many cells in memory, and what then is done with its lock file in a folder of its own. */
async function ran(t: Test, cells: number) {
  const place = memoryPlace(t)
  const { summary } = await place.run(grid(cells))
  const plan = place.plan(grid(cells))
  const settled = new Map([...summary.tasks].map(([{ label }, each]) => [label, each]))
  const ours = { ...summary, tasks: new Map(plan.tasks.map((task) => [task, settled.get(task.label)!])) }
  const root = temporaryFolder(t)
  mkdirSync(join(root, "experiments"))
  const [reads, rows] = [{ of: 0 }, { of: 0 }]
  const counting = <A extends ReadonlyArray<unknown>, B>(
    counted: { of: number },
    call: (...given: A) => B,
  ) => {
    return (...given: A): B => {
      counted.of++
      return call(...given)
    }
  }
  const { store, results } = place
  const recorder = new EventRecorder()
  const services = Layer.mergeAll(
    Layer.succeed(Store, { ...store, read: counting(reads, store.read) }),
    Layer.succeed(Results, { ...results, result: counting(rows, results.result) }),
    Layer.succeed(Links, {} as Links["Type"]), // no task is chained
    Layer.succeed(Events, { emit: recorder.emit }),
  )
  const lockWith = async (mode: LockMode, lock: Lock | undefined) => {
    reads.of = 0
    rows.of = 0
    const where = { root, artifacts: join(root, "artifacts"), numerics: {} } as Place
    await Effect.runPromise(Effect.provide(compareWithLock(where, plan, ours, mode, lock), services))
    return { reads: reads.of, rows: rows.of, status: recorder.of("lock").at(-1)!.status }
  }
  return { root, lockWith }
}

t.test(
  "a lock is made of each quoted artifact once, and compared or renewed without reading one",
  async (t) => {
    const { root, lockWith } = await ran(t, 60)
    t.same(
      await lockWith("renew", undefined),
      { reads: 120, rows: 0, status: "created" },
      "of which two are equal",
    )
    const lock = readLock(root, "grid")!
    t.equal(lock.tasks["double@value=7"]!.contents.out, 14)
    t.same(await lockWith("compare", lock), { reads: 0, rows: 0, status: "same" })
    t.same(await lockWith("renew", lock), { reads: 0, rows: 0, status: "same" })
  },
)

t.test("what a lock quotes wrongly is never taken for what an artifact holds", async (t) => {
  const { root, lockWith } = await ran(t, 3)
  await lockWith("renew", undefined)
  const text = readFileSync(join(root, "experiments/grid.lock.json"), "utf8")
  const lock = readLock(root, "grid")!
  const task = lock.tasks["double@value=2"]!
  const edited = {
    ...lock,
    tasks: { ...lock.tasks, "double@value=2": { ...task, contents: { ...task.contents, out: 5 } } },
  }
  t.match(await lockWith("compare", edited), { status: "differs" })
  t.match(await lockWith("renew", edited), { reads: 1 })
  t.equal(readFileSync(join(root, "experiments/grid.lock.json"), "utf8"), text)
})

const stepsOf = <A>(steps: Steps<A>): number => {
  let count = 0
  while (steps.next().done !== true) count++
  return count
}

t.test("a large lock is read, compared and written in steps, so that a signal is heard", async (t) => {
  const { root, lockWith } = await ran(t, 60)
  await lockWith("renew", undefined)
  const lock = readLock(root, "grid")!
  t.ok(stepsOf(readingLock(root, "grid")) > 60)
  t.equal(stepsOf(resultDifferences(lock, lock)), 60)
  t.equal(stepsOf(quotations(lock)), 60)
  t.ok(stepsOf(writingLock(root, lock)) >= 60)
})
