// What is performed outside a run: as much at once as finds room, mutexes of other pipelines waited for, limits kept.
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import fc from "fast-check"
import t, { type Test } from "tap"
import type { Policies } from "../../../../engine/declare/index.ts"
import type { Limits } from "../../../../engine/declare/policy/limits.ts"
import { Claims } from "../../../../engine/ledger/claims.ts"
import { sqliteLedger } from "../../../../engine/ledger/ledger.ts"
import type { PlannedTask } from "../../../../engine/plan/planned.ts"
import { Events } from "../../../../engine/report/events.ts"
import { admitting, type Capacity } from "../../../../engine/run/capacity/admitted.ts"
import { mutexClaim } from "../../../../engine/run/capacity/mutex.ts"
import { EventRecorder } from "../../../../engine/testing/event-recorder.ts"
import { open } from "../../../../engine/testing/layers.ts"
import { temporaryFolder } from "../../../../engine/testing/temporary-folder.ts"
import { testClock } from "../../../../engine/testing/test-clock.ts"
import { count } from "../../../counts.ts"

/** A turn of the event loop, in which all that can go on does. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

const taskOf = (stage: string, nth: number): PlannedTask =>
  ({ label: `${stage}@id=${nth}`, stage, node: { stage: { stageName: stage, definition: {} } } }) as never

interface Scene {
  readonly claims: Claims["Type"]
  readonly recorder: EventRecorder
  /** Performs all of these, each as `perform` says; by a clock if one is given. */
  readonly performing: (
    capacity: Capacity,
    tasks: ReadonlyArray<PlannedTask>,
    perform: (task: PlannedTask) => Promise<void>,
    clock?: ReturnType<typeof testClock>,
  ) => Promise<void>
}

function scene(t: Test): Scene {
  const services = open(t, Layer.fresh(sqliteLedger(join(temporaryFolder(t), "ledger.sqlite"))))
  const claims = Context.get(services, Claims)
  const recorder = new EventRecorder()
  claims.enter("verify")
  return {
    claims,
    recorder,
    performing: (capacity, tasks, perform, clock) => {
      const all = Effect.gen(function* () {
        const admitted = yield* admitting(
          "verify",
          capacity,
          (task: PlannedTask) => task,
          (task) => Effect.promise(() => perform(task)),
        )
        for (const task of tasks) admitted.add(task)
        while (yield* admitted.turn) {}
      }).pipe(Effect.scoped, Effect.provideService(Events, { emit: recorder.emit }), Effect.provide(services))
      return Effect.runPromise(clock === undefined ? all : Effect.withClock(all, clock))
    },
  }
}

const names = ["alpha", "beta", "gamma"] as const
const drawn = fc.record({
  jobs: fc.integer({ min: 3, max: 4 }),
  tasks: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 12 }),
  takes: fc.record(
    Object.fromEntries(
      names.map((name) => [
        name,
        fc.record({
          cores: fc.integer({ min: 1, max: 3 }),
          memory: fc.integer({ min: 0, max: 8 }),
          mutex: fc.constantFrom("", "gpu"),
          turns: fc.integer({ min: 1, max: 4 }),
        }),
      ]),
    ),
  ),
})

t.test("whatever tasks take, all are performed, and never more at once than there is", async (t) => {
  let mostAtOnce = 0
  const { performing } = scene(t)
  const property = fc.asyncProperty(drawn, async ({ jobs, tasks, takes }) => {
    const policies: Policies = Object.fromEntries(
      names.map((name) => {
        const { cores, memory, mutex } = takes[name]!
        return [name, { resources: { cores, memory: `${memory}B` as const }, mutex }]
      }),
    )
    const active: Array<string> = []
    let performed = 0
    const sum = (of: (name: string) => number): number => active.reduce((n, name) => n + of(name), 0)
    await performing(
      { jobs, policies: [policies], limits: { memory: "8B" } },
      tasks.map((name, nth) => taskOf(name, nth)),
      async ({ stage }) => {
        active.push(stage)
        mostAtOnce = Math.max(mostAtOnce, active.length)
        if (sum((name) => takes[name]!.cores) > jobs) throw new Error("more cores than jobs")
        if (sum((name) => takes[name]!.memory) > 8) throw new Error("more memory than there is")
        if (sum((name) => Number(takes[name]!.mutex === "gpu")) > 1) throw new Error("two hold one mutex")
        for (let i = 0; i < takes[stage]!.turns; i++) await turn()
        active.splice(active.indexOf(stage), 1)
        performed++
      },
    )
    return performed === tasks.length
  })
  await fc.assert(property, { numRuns: count(40, 2_000, 100) })
  t.ok(mostAtOnce > 1, "some run beside each other")
})

t.test("a mutex that another pipeline holds is waited for, said once, and others go on", async (t) => {
  const { claims, recorder, performing } = scene(t)
  claims.enter("run-1")
  claims.claim(mutexClaim("gpu"), "run-1")
  const done: Array<string> = []
  const tasks = [taskOf("work", 1), taskOf("work", 2), taskOf("other", 3)]
  const capacity = { jobs: 1, policies: [{ work: { mutex: "gpu" } }], limits: {} }
  const ended = performing(capacity, tasks, async ({ label }) => void done.push(label))
  t.match(await recorder.first("waiting"), { task: "work@id=1", mutex: "gpu", for: { run: "run-1" } })
  while (done.length === 0) await turn()
  t.same(done, ["other@id=3"])
  claims.release(mutexClaim("gpu"), "run-1")
  await ended
  t.same(done, ["other@id=3", "work@id=1", "work@id=2"])
  t.equal(recorder.of("waiting").length, 1)
  t.equal(claims.holder(mutexClaim("gpu")), undefined, "and nothing is held afterwards")
})

t.test("no minute has more of a group than its limit", async (t) => {
  const clock = testClock()
  const { performing } = scene(t)
  const starts: Array<number> = []
  let isOver = false
  const limits: Limits = { api: { stages: ["ask"], perMinute: 2 } }
  const tasks = [1, 2, 3, 4, 5].map((nth) => taskOf("ask", nth))
  const ended = performing(
    { jobs: 4, policies: [], limits },
    tasks,
    async () => void starts.push(clock.seconds()),
    clock,
  ).finally(() => (isOver = true))
  for (let turns = 0; !isOver; turns++) {
    await turn()
    if (turns % 20 === 19) clock.passToNext()
  }
  await ended
  t.equal(starts.length, 5)
  for (const at of starts)
    t.ok(starts.filter((other) => other > at - 60 && other <= at).length <= 2, `until ${at} s`)
})

t.test("what takes more than there is is refused when it is added, in the words of a run", async (t) => {
  const { performing } = scene(t)
  const capacity = { jobs: 2, policies: [{ work: { resources: { cores: 3 } } }], limits: {} }
  await t.rejects(
    performing(capacity, [taskOf("work", 1)], async () => {}),
    { message: /stage "work" takes 3 cores, and --jobs gives this run 2: say --jobs 3/ },
  )
})
