// What runs at once, decided by stages that wait for the test: no process, no sleep.
import t from "tap"
import { experiment } from "../../../engine/declare/index.ts"
import { controlledStage } from "../../../engine/testing/controlled-stage.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"

const grid = (stage: ReturnType<typeof controlledStage>["stage"], ids: ReadonlyArray<string>) =>
  experiment("grid", {}, () => ids.map((id) => stage({ id }, { given: {} }, { id }).value))

t.test("no more tasks run at once than jobs, and the next starts when one ends", async (t) => {
  const place = memoryPlace(t)
  const work = controlledStage("work")
  const running = place.run(grid(work.stage, ["a", "b", "c"]), { jobs: 2 })
  const first = await work.next()
  const second = await work.next()
  t.equal(work.invocations, 2, "the third waits")
  first.succeed(1)
  const third = await work.next()
  second.succeed(2)
  third.succeed(3)
  t.same((await running).summary.counts, { ran: 3, cached: 0, failed: 0, skipped: 0, notNeeded: 0 })
})

t.test("after a failure nothing new starts, unless it is to keep going", async (t) => {
  for (const keepGoing of [false, true]) {
    const place = memoryPlace(t)
    const work = controlledStage("work")
    const running = place.run(grid(work.stage, ["a", "b"]), { keepGoing })
    ;(await work.next()).fail(new Error("no"))
    if (keepGoing) (await work.next()).succeed(2)
    const { summary } = await running
    t.match(summary.counts, { failed: 1, ran: keepGoing ? 1 : 0, skipped: keepGoing ? 0 : 1 })
  }
})

t.test("two tasks of one key run once: the other is a hit when the first has ended", async (t) => {
  const place = memoryPlace(t)
  const work = controlledStage("work")
  const twins = experiment("twins", {}, () =>
    [1, 2].map((place) => work.stage({ id: "same" }, { given: {} }, { place }).value),
  )
  const running = place.run(twins, { jobs: 2 })
  ;(await work.next()).succeed("once")
  const { summary } = await running
  t.same(summary.counts, { ran: 1, cached: 1, failed: 0, skipped: 0, notNeeded: 0 })
  t.equal(work.invocations, 1)
})
