// Tasks that run again for damaged inputs take what they take like any other: with runner, ledger and a store on the disk.
import { chmodSync, readFileSync, writeFileSync } from "node:fs"
import * as Schema from "effect/Schema"
import fc from "fast-check"
import t, { type Test } from "tap"
import { atOnce } from "../../../../engine/content/steps.ts"
import { experiment, many, type Policies, stage } from "../../../../engine/declare/index.ts"
import type { Limits } from "../../../../engine/declare/policy/limits.ts"
import { fileStore } from "../../../../engine/store/file-store.ts"
import { type MemoryPlace, memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { temporaryFolder } from "../../../../engine/testing/temporary-folder.ts"
import { testClock } from "../../../../engine/testing/test-clock.ts"
import { count } from "../../../counts.ts"

/** A turn of the event loop, in which all that can go on does. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** A stage that lasts some turns; `active` has those that run, `log` all that ever did. */
function recorded(name: string, active: Array<string>, log: Array<string>, turns = 3) {
  return stage(name, {
    params: Schema.Struct({ id: Schema.String, salt: Schema.Number }),
    inputs: { given: many("value") },
    outputs: { out: "value" },
    run: async ({ params }) => {
      active.push(name)
      log.push(`${name}@id=${params.id}`)
      for (let i = 0; i < turns; i++) await turn()
      active.splice(active.indexOf(name), 1)
      return { out: `${name} ${params.id}` }
    },
  })
}

type Recorded = ReturnType<typeof recorded>

/** Makers, below each a taker, and others that need nothing: `salt` moves the keys of what is to run in a second run. */
const graph = ({ maker, taker, other }: Record<"maker" | "taker" | "other", Recorded>, salt: number) =>
  experiment("graph", {}, () => {
    const ids = ["0", "1", "2", "3"]
    const made = ids.map((id) => maker({ id, salt: 0 }, { given: {} }, { id }).out)
    return ids.flatMap((id, i) => [
      taker({ id, salt }, { given: { one: made[i]!, two: made[(i + 1) % 4]! } }, { id }).out,
      other({ id, salt }, { given: {} }, { id }).out,
    ])
  })

function damageAll({ store }: MemoryPlace): void {
  for (const { digest } of atOnce(store.list()).objects) {
    const path = store.path(digest)
    const bytes = readFileSync(path)
    bytes[0]! ^= 1
    chmodSync(path, 0o644)
    writeFileSync(path, bytes)
  }
}

const damagedPlace = async (t: Test, wired: Parameters<MemoryPlace["run"]>[0]): Promise<MemoryPlace> => {
  const place = memoryPlace(t, { store: fileStore(temporaryFolder(t)) })
  await place.run(wired, { jobs: 4 })
  damageAll(place)
  return place
}

const takes = fc.record({
  cores: fc.integer({ min: 1, max: 3 }),
  memory: fc.integer({ min: 0, max: 8 }),
  mutex: fc.constantFrom("", "gpu"),
})
const names = ["maker", "taker", "other"] as const
const drawn = fc.record({
  jobs: fc.integer({ min: 3, max: 5 }),
  takes: fc.record({ maker: takes, taker: takes, other: takes }),
  atOnce: fc.integer({ min: 1, max: 3 }),
})

t.test(
  "while damaged inputs are made again, no more is in use than there is, and all that was wanted runs",
  async (t) => {
    let mostAtOnce = 0
    const property = fc.asyncProperty(drawn, async ({ jobs, takes, atOnce }) => {
      const active: Array<string> = []
      const log: Array<string> = []
      const stages = {
        maker: recorded("maker", active, log),
        taker: recorded("taker", active, log),
        other: recorded("other", active, log),
      }
      const place = await damagedPlace(t, graph(stages, 1))
      log.length = 0
      const policies: Policies = Object.fromEntries(
        names.map((name) => {
          const { cores, memory, mutex } = takes[name]
          return [name, { resources: { cores, memory: `${memory}B` as const }, mutex }]
        }),
      )
      const limits: Limits = { memory: "8B", some: { stages: ["maker", "other"], atOnce } }
      let isOver = false
      const ended = place
        .run(graph(stages, 2), { jobs, policies: [policies], limits })
        .finally(() => (isOver = true))
      while (!isOver) {
        await turn()
        const sum = (of: (name: (typeof names)[number]) => number): number =>
          active.reduce((n, name) => n + of(name as "maker"), 0)
        mostAtOnce = Math.max(mostAtOnce, active.length)
        if (sum((name) => takes[name].cores) > jobs) throw new Error("more cores than jobs")
        if (sum((name) => takes[name].memory) > 8) throw new Error("more memory than there is")
        if (sum((name) => Number(takes[name].mutex === "gpu")) > 1) throw new Error("two hold one mutex")
        if (sum((name) => Number(name !== "taker")) > atOnce) throw new Error("more than the limit at once")
      }
      const { summary, recorder } = await ended
      const starts = recorder.of("task-started").map(({ task }) => task)
      if (new Set(starts).size !== starts.length) throw new Error("one is said to start twice")
      if (log.filter((label) => label.startsWith("maker")).length !== 4)
        throw new Error("makers ran not once")
      return summary.counts.ran === 8 && summary.counts.failed === 0
    })
    await fc.assert(property, { numRuns: count(5, 1_000, 40) })
    t.ok(mostAtOnce > 1, "some run beside each other")
  },
)

t.test("an attempt for a damaged input counts in the minute of its group", async (t) => {
  const log: Array<string> = []
  const starts: Array<number> = []
  const clock = testClock()
  const maker = stage("maker", {
    params: Schema.Struct({ id: Schema.String, salt: Schema.Number }),
    inputs: { given: many("value") },
    outputs: { out: "value" },
    run: ({ params }) => {
      starts.push(clock.seconds())
      return { out: `made ${params.id}` }
    },
  })
  const stages = { maker, taker: recorded("taker", [], log, 0), other: recorded("other", [], log, 0) }
  const place = await damagedPlace(t, graph(stages, 1))
  starts.length = 0
  let isOver = false
  const limits: Limits = { slow: { stages: ["maker"], perMinute: 1 } }
  const ended = place.run(graph(stages, 2), { jobs: 4, limits, clock }).finally(() => (isOver = true))
  for (let turns = 0; !isOver; turns++) {
    await turn()
    if (turns % 50 === 49) clock.passToNext()
  }
  t.equal((await ended).summary.counts.ran, 8)
  t.equal(starts.length, 4)
  for (const [i, at] of starts.entries())
    if (i > 0) t.ok(at - starts[i - 1]! >= 60, `attempt ${i + 1} starts ${at - starts[i - 1]!} s later`)
})

t.test(
  "what would run again and takes more than there is fails the task that wants it, and says so",
  async (t) => {
    const stages = {
      maker: recorded("maker", [], []),
      taker: recorded("taker", [], []),
      other: recorded("other", [], []),
    }
    const place = await damagedPlace(t, graph(stages, 1))
    const policies = [{ maker: { resources: { cores: 3 } } }]
    const { summary, recorder } = await place.run(graph(stages, 2), { jobs: 2, policies, keepGoing: true })
    t.match(summary.counts, { ran: 4, failed: 4 })
    t.match(recorder.of("task-finished").find(({ task }) => task === "taker@id=0")!.error, {
      tag: "DoesNotFit",
      message:
        /^maker@id=\d, run again for damaged inputs of taker@id=0, failed: stage "maker" takes 3 cores, and --jobs gives this run 2/,
    })
  },
)

t.test("what runs again keeps its time limit", async (t) => {
  let isSlow = false
  const maker = stage("maker", {
    params: Schema.Struct({ id: Schema.String, salt: Schema.Number }),
    inputs: { given: many("value") },
    outputs: { out: "value" },
    run: ({ params }) => (isSlow ? new Promise<never>(() => {}) : { out: `made ${params.id}` }),
  })
  const stages = { maker, taker: recorded("taker", [], []), other: recorded("other", [], []) }
  const place = await damagedPlace(t, graph(stages, 1))
  isSlow = true
  const policies = [{ maker: { timeout: 0.05 } }]
  const { summary, recorder } = await place.run(graph(stages, 2), { jobs: 4, policies, keepGoing: true })
  t.match(summary.counts, { ran: 4, failed: 4 })
  t.match(recorder.of("task-finished").find(({ task }) => task === "taker@id=0")!.error, { tag: "TimeLimit" })
})
