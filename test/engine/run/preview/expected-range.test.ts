// How long a plan says that a run takes: as long as the run then does, where tasks take what earlier attempts took.
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import fc from "fast-check"
import t from "tap"
import type { Key } from "../../../../engine/content/digest.ts"
import {
  each,
  experiment,
  many,
  type Output,
  type Policies,
  stage,
} from "../../../../engine/declare/index.ts"
import type { Limits } from "../../../../engine/declare/policy/limits.ts"
import { heartbeat } from "../../../../engine/ledger/heartbeat.ts"
import { expectedRange } from "../../../../engine/run/preview/expected-range.ts"
import { PlannedRoom } from "../../../../engine/run/preview/planned-room.ts"
import { type MemoryPlace, memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { type TestClock, testClock } from "../../../../engine/testing/test-clock.ts"
import { count } from "../../../counts.ts"

/** A turn of the event loop, in which all that can go on does. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** A stage whose tasks take the seconds that they are declared with, by a clock. */
const lasting = (name: string, clock: () => TestClock) =>
  stage(name, {
    params: Schema.Struct({ id: Schema.String, seconds: Schema.Number }),
    inputs: { given: many("value") },
    outputs: { out: "value" },
    run: async ({ params: { id, seconds } }) => {
      await Effect.runPromise(clock().sleep(Duration.seconds(seconds)))
      return { out: id }
    },
  })

const names = ["alpha", "beta", "gamma"] as const

/** As an attempt that took so long leaves it. */
function remember({ history }: MemoryPlace, label: string, stage: string, seconds: number): void {
  const about = {
    error: null,
    log: null,
    accelerator: null,
    host: "here",
    started: "2026-01-01T00:00:00.000Z",
  }
  const key = "0".repeat(64) as Key
  history.attempt({ ...about, run: "before", label: label as never, stage, key, seconds, outcome: "done" })
}

const began = (place: MemoryPlace): void =>
  place.history.beginRun({
    ...{ id: "before", experiment: "all", started: new Date(0).toISOString() },
    ...{ params: {}, commit: null, dirty: null, host: "here", numerics: null },
  })

const drawn = fc.record({
  jobs: fc.integer({ min: 2, max: 4 }),
  tasks: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom(...names),
      seconds: fc.integer({ min: 1, max: 1_000 }),
      upstream: fc.array(fc.nat({ max: 11 }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 12, selector: ({ seconds }) => seconds },
  ),
  takes: fc.record(
    Object.fromEntries(
      names.map((name) => [
        name,
        fc.record({
          cores: fc.integer({ min: 1, max: 2 }),
          memory: fc.integer({ min: 0, max: 8 }),
          mutex: fc.constantFrom("", "gpu"),
        }),
      ]),
    ),
  ),
  perMinute: fc.integer({ min: 1, max: 3 }),
})

t.test(
  "a run whose tasks take what they took before takes as long as its plan said, to the second",
  async (t) => {
    let waited = 0
    let clock = testClock()
    const stages = Object.fromEntries(names.map((name) => [name, lasting(name, () => clock)]))
    const property = fc.asyncProperty(drawn, async ({ jobs, tasks, takes, perMinute }) => {
      clock = testClock()
      const place = memoryPlace(t, { beats: { ...heartbeat, interval: 1e9 } }) // nothing else is to move the clock
      began(place)
      const all = experiment("all", {}, () => {
        const made: Array<Output<"value">> = []
        for (const [i, { name, seconds, upstream }] of tasks.entries()) {
          const given = Object.fromEntries(
            upstream.filter((at) => at < i).map((at) => [`of-${at}`, made[at]!]),
          )
          made.push(stages[name]!({ id: `${i}`, seconds }, { given }, { id: `${i}` }).out)
        }
        return made
      })
      for (const [i, { name, seconds }] of tasks.entries()) remember(place, `${name}@id=${i}`, name, seconds)
      const policies: ReadonlyArray<Policies> = [
        Object.fromEntries(
          names.map((name) => {
            const { cores, memory, mutex } = takes[name]!
            return [name, { resources: { cores, memory: `${memory}B` as const }, mutex }]
          }),
        ),
      ]
      const limits: Limits = {
        memory: "8B",
        slow: { stages: ["alpha", "beta"], perMinute },
        few: { stages: ["gamma"], atOnce: 1 },
      }
      const found = await place.previews(all)
      const range = expectedRange(found, new PlannedRoom({ jobs, policies, limits }, new Map()))!
      let isOver = false
      const ended = place.run(all, { jobs, policies, limits, clock }).finally(() => (isOver = true))
      for (let turns = 0; !isOver; turns++) {
        await turn()
        if (turns % 12 === 11) clock.passToNext()
      }
      const { summary } = await ended
      if (summary.counts.ran !== tasks.length) throw new Error("not all ran")
      const longest = Math.max(...tasks.map(({ seconds }) => seconds))
      if (range.least > longest) waited++
      if (Math.abs(range.least - clock.seconds()) > 0.1 || range.most !== range.least)
        throw new Error(`it took ${clock.seconds()} s, and ${range.least} to ${range.most} were said`)
      return true
    })
    await fc.assert(property, { numRuns: count(40, 2_000, 100) })
    t.ok(waited > 20, "most wait for others")
  },
)

/** Seconds that a plan of one stage says, each of whose tasks took as long before. */
async function said(
  t: Parameters<typeof memoryPlace>[0],
  wire: (stage: ReturnType<typeof lasting>) => unknown,
  labels: ReadonlyArray<readonly [label: string, seconds: number]>,
  { jobs, policies = [], limits = {} }: { jobs: number; policies?: ReadonlyArray<Policies>; limits?: Limits },
) {
  const place = memoryPlace(t)
  began(place)
  for (const [label, seconds] of labels) remember(place, label, "work", seconds)
  const work = lasting("work", testClock)
  const found = await place.previews(experiment("all", {}, () => wire(work)))
  return expectedRange(found, new PlannedRoom({ jobs, policies, limits }, new Map()))
}

const four = ["a", "b", "c", "d"]
const beside = (work: ReturnType<typeof lasting>) =>
  four.map((id) => work({ id, seconds: 1 }, { given: {} }, { id }))
const tens = four.map((id) => [`work@id=${id}`, 10] as const)

t.test("cores, memory, mutexes and limits make a plan longer, as they make the run", async (t) => {
  const resources = (of: object): ReadonlyArray<Policies> => [{ work: { resources: of } }]
  t.same(await said(t, beside, tens, { jobs: 4 }), { least: 10, most: 10 })
  t.same(await said(t, beside, tens, { jobs: 4, policies: resources({ cores: 2 }) }), { least: 20, most: 20 })
  const memory = { policies: resources({ memory: "3GB" }), limits: { memory: "10GB" } as const }
  t.same(await said(t, beside, tens, { jobs: 4, ...memory }), { least: 20, most: 20 })
  t.same(await said(t, beside, tens, { jobs: 4, policies: [{ work: { mutex: "gpu" } }] }), {
    least: 40,
    most: 40,
  })
  const atOnce = { some: { stages: ["work"], atOnce: 3 } }
  t.same(await said(t, beside, tens, { jobs: 4, limits: atOnce }), { least: 20, most: 20 })
  const perMinute = { some: { stages: ["work"], perMinute: 1 } }
  t.same(await said(t, beside, tens, { jobs: 4, limits: perMinute }), { least: 190, most: 190 })
})

t.test("what waits for others adds to them, and nothing is said where nobody knows", async (t) => {
  const chain = (work: ReturnType<typeof lasting>) => {
    let last: Output<"value"> | undefined
    for (const id of four)
      last = work({ id, seconds: 1 }, { given: last === undefined ? {} : { last } }, { id }).out
    return last
  }
  t.same(await said(t, chain, tens, { jobs: 4 }), { least: 40, most: 40 })
  t.equal(await said(t, chain, [], { jobs: 4 }), undefined)
})

t.test("tasks of a group wait for its list, and what takes the group for all of them", async (t) => {
  const place = memoryPlace(t)
  const list = stage("list", {
    params: Schema.Struct({ salt: Schema.Number }),
    inputs: {},
    outputs: { list: "value" },
    run: () => ({ list: ["a", "b", "c", "d"] }),
  })
  const clock = { ...testClock(), sleep: () => Effect.void } as TestClock
  const [work, total] = [lasting("work", () => clock), lasting("total", () => clock)]
  const all = (salt: number) =>
    experiment("all", {}, () => {
      const group = each("many", list({ salt }).list, (item) =>
        work({ id: item as string, seconds: salt }, { given: {} }),
      )
      return total({ id: "t", seconds: salt }, { given: group.out })
    })
  await place.run(all(1), { joining: [work] })
  for (const [label, stage, seconds] of [
    ["list", "list", 5],
    ...four.map((item) => [`work@many=${item}`, "work", 10] as const),
    ["total", "total", 3],
  ] as const)
    place.history.attempt({
      ...{ error: null, log: null, accelerator: null, host: "here", started: "2100-01-01T00:00:00.000Z" },
      ...{ run: "run-1", label: label as never, stage, key: "0".repeat(64) as Key, seconds, outcome: "done" },
    })
  const found = await place.previews(all(2), { joining: [work] })
  t.same(
    found.tasks.map(({ status }) => status),
    Array(6).fill("will-run"),
  )
  const room = new PlannedRoom({ jobs: 2, policies: [], limits: {} }, new Map())
  t.same(expectedRange(found, room), { least: 5 + 20 + 3, most: 5 + 20 + 3 })
})
