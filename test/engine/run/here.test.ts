// Tasks that run in the coordinator: claimed many at a time, run one after the other, told of together.
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import t, { type Test } from "tap"
import { experiment, stage } from "../../../engine/declare/index.ts"
import { Claims } from "../../../engine/ledger/claims.ts"
import { Transactions } from "../../../engine/ledger/transactions.ts"
import { controlledStage } from "../../../engine/testing/controlled-stage.ts"
import { EventRecorder } from "../../../engine/testing/event-recorder.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"

const cell = stage("cell", {
  params: Schema.Struct({ id: Schema.Number, fails: Schema.Boolean }),
  inputs: {},
  outputs: { out: "value" },
  inProcess: true,
  run: ({ params: { id, fails } }) => {
    if (fails) throw new Error("it does not")
    return { out: id }
  },
})

const grid = (tasks: number, failing = -1) =>
  experiment("grid", {}, () =>
    Array.from({ length: tasks }, (_, id) => cell({ id, fails: id === failing }, {}, { id }).out),
  )

/** A place that counts the transactions of a run which write. */
function counting(t: Test) {
  let writes = 0
  const place = memoryPlace(t, {
    change: (services) => {
      const real = Context.get(services, Transactions)
      const write: Transactions["Type"]["write"] = (act) => {
        writes++
        return real.write(act)
      }
      return Context.add(services, Transactions, { ...real, write })
    },
  })
  return { place, writes: () => writes }
}

t.test("tasks of the coordinator are claimed and released in a transaction for many", async (t) => {
  const { place, writes } = counting(t)
  const { summary, recorder } = await place.run(grid(320))
  t.match(summary.counts, { ran: 320 })
  t.ok(writes() <= 20, `${writes()} transactions`)
  t.equal(recorder.of("task-finished").length, 320)
  t.equal(place.history.tasks("run-1").length, 320)
})

t.test("each has its attempt in the history, with the seconds that it took itself", async (t) => {
  const place = memoryPlace(t)
  const slow = stage("slow", {
    params: Schema.Struct({ id: Schema.Number }),
    inputs: {},
    outputs: { out: "value" },
    inProcess: true,
    run: ({ params: { id } }) => {
      for (const until = performance.now() + 5; performance.now() < until; );
      return { out: id }
    },
  })
  const tasks = experiment("slow", {}, () =>
    Array.from({ length: 40 }, (_, id) => slow({ id }, {}, { id }).out),
  )
  const started = performance.now()
  const { recorder } = await place.run(tasks)
  const elapsed = (performance.now() - started) / 1000
  const all = recorder.of("task-finished").map(({ seconds }) => seconds)
  const attempts = place.history.durations("slow", 100)
  t.equal(attempts.length, 40)
  const sum = (seconds: ReadonlyArray<number>): number => seconds.reduce((sum, each) => sum + each, 0)
  // Begun together, each would count the turns of those before it: 20 times as much.
  for (const total of [sum(all), sum(attempts.map(({ seconds }) => seconds))])
    t.ok(total >= 40 * 0.005 && total < 2 * elapsed, `${total} s of work in ${elapsed} s`)
})

t.test("after one that fails none of those claimed with it begins, and their claims are free", async (t) => {
  const claimed: Array<string> = []
  const place = memoryPlace(t, {
    change: (services) => {
      const real = Context.get(services, Claims)
      const claim: Claims["Type"]["claim"] = (key, run) => {
        claimed.push(key)
        return real.claim(key, run)
      }
      return Context.add(services, Claims, { ...real, claim })
    },
  })
  const { summary } = await place.run(grid(40, 3))
  t.match(summary.counts, { ran: 3, failed: 1, skipped: 36 })
  t.ok(claimed.length > 20, "more had been claimed")
  t.same(
    claimed.filter((key) => place.claims.holder(key as never) !== undefined),
    [],
  )
})

t.test("with keepGoing they begin all the same", async (t) => {
  const { summary } = await memoryPlace(t).run(grid(40, 3), { keepGoing: true })
  t.match(summary.counts, { ran: 39, failed: 1 })
})

t.test(
  "what is found to be done as it is claimed is no end: what waits for it goes on, wherever it runs",
  async (t) => {
    const place = memoryPlace(t)
    const from = controlledStage("from")
    let finish = (): void => {}
    const here = stage("here", {
      params: Schema.Struct({}),
      inputs: { given: "value" },
      outputs: { out: "value" },
      inProcess: true,
      run: () => new Promise<{ out: number }>((resolve) => (finish = () => resolve({ out: 1 }))),
    })
    const after = stage("after", {
      params: Schema.Struct({}),
      inputs: { given: "value" },
      outputs: { out: "value" },
      run: () => ({ out: 2 }),
    })
    const twins = experiment("twins", {}, () =>
      ["a", "b"].map((id) => {
        const { out } = here({}, { given: from.stage({ id }, { given: {} }).value }, { id })
        return id === "a" ? out : after({}, { given: out }).out
      }),
    )
    const recorder = new EventRecorder()
    const running = place.run(twins, { jobs: 2, recorder })
    const [first, second] = [await from.next(), await from.next()]
    first.succeed(7)
    await recorder.first("task-started", ({ stage }) => stage === "here")
    second.succeed(7) // the same work is ready while its twin is at it, and waits behind it
    await recorder.first("task-finished", ({ stage, task }) => stage === "from" && task.includes("b"))
    finish()
    const { summary } = await running
    t.match(summary.counts, { ran: 4, cached: 1, skipped: 0 })
  },
)
