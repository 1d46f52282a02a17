// What a run starts of tasks that declare what they take: with runner and ledger, in memory, and no time passes but by the test's clock.
import { join } from "node:path"
import * as Schema from "effect/Schema"
import fc from "fast-check"
import t from "tap"
import { experiment, type Policies, stage } from "../../../../engine/declare/index.ts"
import type { Limits } from "../../../../engine/declare/policy/limits.ts"
import { controlledStage, type Invocation } from "../../../../engine/testing/controlled-stage.ts"
import { EventRecorder } from "../../../../engine/testing/event-recorder.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { temporaryFolder } from "../../../../engine/testing/temporary-folder.ts"
import { testClock } from "../../../../engine/testing/test-clock.ts"
import { shortHeartbeat } from "../../../../engine/testing/test-heartbeat.ts"
import { count } from "../../../counts.ts"

type Stage = ReturnType<typeof controlledStage>["stage"]

const grid = (stage: Stage, ids: ReadonlyArray<string>) =>
  experiment("grid", {}, () => ids.map((id) => stage({ id }, { given: {} }, { id }).value))

const numbered = (many: number): ReadonlyArray<string> => Array.from({ length: many }, (_, i) => `${i}`)

/** A turn of the event loop, in which all that can go on does. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

const names = ["alpha", "beta", "gamma"] as const
const drawn = fc.record({
  jobs: fc.integer({ min: 1, max: 4 }),
  tasks: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 12 }),
  policies: fc.record(
    Object.fromEntries(
      names.map((name) => [
        name,
        fc.record({
          cores: fc.integer({ min: 1, max: 4 }),
          memory: fc.integer({ min: 0, max: 8 }),
          mutex: fc.constantFrom("", "gpu"),
        }),
      ]),
    ),
  ),
  atOnce: fc.integer({ min: 1, max: 3 }),
  order: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
})

t.test(
  "no more cores, memory, mutexes or tasks of a group are in use than there are, and all tasks run",
  async (t) => {
    let mostAtOnce = 0
    const property = fc.asyncProperty(drawn, async ({ jobs, tasks, policies, atOnce, order }) => {
      const active: Array<{ name: string; invocation: Invocation }> = []
      const stages = Object.fromEntries(names.map((name) => [name, controlledStage(name)]))
      for (const name of names) {
        const listen = (): void =>
          void stages[name]!.next().then((invocation) => {
            active.push({ name, invocation })
            listen()
          })
        listen()
      }
      const takes = (name: string) => {
        const { cores, memory, mutex } = policies[name]!
        return { cores: Math.min(cores, jobs), memory, mutex }
      }
      const given: Policies = Object.fromEntries(
        names.map((name) => {
          const { cores, memory, mutex } = takes(name)
          return [name, { resources: { cores, memory: `${memory}B` as const }, mutex }]
        }),
      )
      const limits: Limits = { memory: "8B", some: { stages: ["alpha", "beta"], atOnce } }
      const all = experiment("all", {}, () =>
        tasks.map((name, i) => stages[name]!.stage({ id: `${i}` }, { given: {} }, { id: `${i}` }).value),
      )
      let isOver = false
      const running = memoryPlace(t).run(all, { jobs, policies: [given], limits })
      const ended = running.finally(() => (isOver = true))
      for (let i = 0; !isOver; i++) {
        await turn()
        const sum = (of: (name: string) => number): number => active.reduce((n, { name }) => n + of(name), 0)
        mostAtOnce = Math.max(mostAtOnce, active.length)
        if (sum((name) => takes(name).cores) > jobs) throw new Error("more cores than jobs")
        if (sum((name) => takes(name).memory) > 8) throw new Error("more memory than there is")
        if (sum((name) => Number(takes(name).mutex === "gpu")) > 1) throw new Error("two hold one mutex")
        if (sum((name) => Number(name !== "gamma")) > atOnce)
          throw new Error("more of a group than its limit")
        if (active.length > 0 && i % 2 === 0)
          active.splice(order[i % 12]! % active.length, 1)[0]!.invocation.succeed("done")
      }
      return (await ended).summary.counts.ran === tasks.length
    })
    await fc.assert(property, { numRuns: count(40, 2_000, 100) })
    t.ok(mostAtOnce > 1, "some run beside each other")
  },
)

t.test(
  "in no minute more tasks of a group start than its limit, and while they wait, others go on",
  async (t) => {
    const clock = testClock()
    const recorder = new EventRecorder()
    const starts: Array<{ stage: string; at: number }> = []
    const emit = recorder.emit
    Object.assign(recorder, {
      emit: (event: Parameters<typeof emit>[0]) => {
        if (event.event === "task-started") starts.push({ stage: event.stage, at: clock.seconds() })
        emit(event)
      },
    })
    const [ask, other] = [controlledStage("ask"), controlledStage("other")]
    const answer = (work: ReturnType<typeof controlledStage>): void =>
      void work.next().then((invocation) => {
        invocation.succeed("done")
        answer(work)
      })
    answer(ask)
    answer(other)
    const both = experiment("both", {}, () => [
      ...numbered(25).map((id) => ask.stage({ id }, { given: {} }, { id }).value),
      ...numbered(3).map((id) => other.stage({ id }, { given: {} }, { id }).value),
    ])
    let isOver = false
    const limits: Limits = { api: { stages: ["ask"], perMinute: 10 } }
    const running = memoryPlace(t).run(both, { jobs: 2, limits, clock, recorder })
    const ended = running.finally(() => (isOver = true))
    for (let turns = 0; !isOver; turns++) {
      await turn()
      if (turns % 20 === 19) clock.passToNext() // all that can be done has been
    }
    t.same((await ended).summary.counts, { ran: 28, cached: 0, failed: 0, skipped: 0, notNeeded: 0 })
    const asked = starts.filter(({ stage }) => stage === "ask").map(({ at }) => at)
    for (const at of asked)
      t.ok(
        asked.filter((other) => other > at - 60 && other <= at).length <= 10,
        `of the minute until ${at} s`,
      )
    t.ok(asked.at(-1)! >= 120, "25 at 10 a minute take more than two")
    t.ok(
      starts.filter(({ stage }) => stage === "other").every(({ at }) => at < 60),
      "what no limit holds back does not wait for what one does",
    )
  },
)

t.test("a further attempt counts in its group's minute, and is promised the next place in it", async (t) => {
  const clock = testClock()
  const ask = controlledStage("ask")
  const attempts: Array<number> = []
  const answer = (): void =>
    void ask.next().then((invocation) => {
      attempts.push(clock.seconds())
      if (attempts.length % 2 === 1) invocation.fail(new Error("not now"))
      else invocation.succeed("done")
      answer()
    })
  answer()
  let isOver = false
  const running = memoryPlace(t).run(grid(ask.stage, ["a", "b", "c"]), {
    policies: [{ ask: { retries: 1 } }],
    limits: { api: { stages: ["ask"], perMinute: 1 } },
    clock,
  })
  const ended = running.finally(() => (isOver = true))
  for (let turns = 0; !isOver; turns++) {
    await turn()
    if (turns % 20 === 19) clock.passToNext()
  }
  t.equal((await ended).summary.counts.ran, 3)
  t.equal(attempts.length, 6)
  for (const [i, at] of attempts.entries())
    if (i > 0) t.ok(at - attempts[i - 1]! >= 60, `attempt ${i + 1} starts ${at - attempts[i - 1]!} s later`)
})

t.test(
  "what takes more than there is is refused before anything runs; what is cached needs no room",
  async (t) => {
    const place = memoryPlace(t)
    const [small, large] = [controlledStage("small"), controlledStage("large")]
    const both = experiment("both", {}, () => {
      const first = small.stage({ id: "a" }, { given: {} }).value
      return large.stage({ id: "b" }, { given: { first } }).value
    })
    const options = (cores: number, memory: "2GB" | "1GB") => ({
      jobs: 2,
      policies: [{ large: { resources: { cores, memory } } }],
      limits: { memory: "1.5GB" } as const,
    })
    await t.rejects(place.run(both, options(3, "1GB")), {
      message:
        /stage "large" takes 3 cores, and --jobs gives this run 2: say --jobs 3, or fewer cores with --policy large\.resources\.cores=2/,
    })
    await t.rejects(place.run(both, options(2, "2GB")), {
      message:
        /stage "large" takes 2 GB of memory, and there are 1\.5 GB: say less with --policy large\.resources\.memory=SIZE/,
    })
    t.equal(small.invocations, 0)
    const running = place.run(both, options(2, "1GB"))
    ;(await small.next()).succeed(1)
    ;(await large.next()).succeed(2)
    const [first, again] = [await running, await place.run(both, options(9, "2GB"))]
    t.same(again.summary.counts, { ran: 0, cached: 2, failed: 0, skipped: 0, notNeeded: 0 })
    const keys = ({ summary }: typeof first) =>
      [...summary.tasks.values()].map(({ resolution }) => resolution?.key)
    t.same(keys(again), keys(first), "and no key knows of it")
  },
)

t.test(
  "a mutex holds between two pipelines on one store, and the one that waits says for whom",
  async (t) => {
    const ledger = join(temporaryFolder(t), "ledger.sqlite")
    const beats = shortHeartbeat(0.01)
    const [one, two] = [
      memoryPlace(t, { ledger, name: "one", beats }),
      memoryPlace(t, { ledger, name: "two", beats }),
    ]
    const work = controlledStage("work")
    const policies = [{ work: { mutex: "gpu" } }]
    const first = one.run(grid(work.stage, ["a", "b"]), { jobs: 2, policies })
    const a = await work.next()
    const recorder = new EventRecorder()
    const second = two.run(grid(work.stage, ["c"]), { jobs: 2, policies, recorder })
    t.match(await recorder.first("waiting"), { task: "work@id=c", mutex: "gpu", for: { run: "one-1" } })
    t.equal(work.invocations, 1)
    let active = 1
    const ends = async (invocation: Invocation): Promise<void> => {
      await turn()
      t.equal(active, 1, "one at a time")
      active--
      invocation.succeed("done")
    }
    await ends(a)
    for (let left = 2; left > 0; left--) {
      const next = await work.next()
      active++
      await ends(next)
    }
    t.equal((await first).summary.counts.ran, 2)
    t.equal((await second).summary.counts.ran, 1)
  },
)

t.test("tasks of the coordinator itself keep their limits, too", async (t) => {
  const clock = testClock()
  const starts: Array<number> = []
  const here = stage("here", {
    params: Schema.Struct({ id: Schema.String }),
    inputs: {},
    outputs: { value: "value" },
    inProcess: true,
    run: () => {
      starts.push(clock.seconds())
      return { value: 1 }
    },
  })
  const many = experiment("many", {}, () => numbered(7).map((id) => here({ id }, {}, { id }).value))
  let isOver = false
  const limits: Limits = { slow: { stages: ["here"], perMinute: 2 } }
  const ended = memoryPlace(t)
    .run(many, { limits, clock })
    .finally(() => (isOver = true))
  for (let turns = 0; !isOver; turns++) {
    await turn()
    if (turns % 20 === 19) clock.passToNext()
  }
  t.equal((await ended).summary.counts.ran, 7)
  for (const at of starts)
    t.ok(starts.filter((other) => other > at - 60 && other <= at).length <= 2, `until ${at} s`)
})
