import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import t from "tap"
import type { Digest, Key } from "../../../../engine/content/digest.ts"
import { experiment } from "../../../../engine/declare/experiment.ts"
import { recorded } from "../../../../engine/declare/observed/recorded.ts"
import { stage } from "../../../../engine/declare/stage.ts"
import type { ObservedAt } from "../../../../engine/ledger/observations.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"

/** A world with a state, and stages that look at it; how often each is asked is counted. */
function world(about: { readonly every?: "1h"; readonly retries?: number; readonly probed?: boolean } = {}) {
  const { every, retries = 0, probed = true } = about
  const self = { state: "one" as unknown, content: "content", probes: 0, asked: 0 }
  const probe = (request: { readonly page: string }): unknown => {
    self.probes++
    if (self.state instanceof Error) throw self.state
    return { of: request.page, etag: self.state }
  }
  const look = recorded("look", {
    params: Schema.Struct({ page: Schema.String }),
    inputs: {},
    outputs: { page: "value" },
    retries,
    ...(probed ? { fresh: { probe, ...(every === undefined ? {} : { every }) } } : {}),
    request: ({ page }) => ({ page: page.trim() }),
    observe: () => {
      self.asked++
      return { page: self.content }
    },
  })
  const wired = experiment("looks", {}, () => length({}, { page: look({ page: "a" }).page }).length)
  return { self, look, wired }
}

const length = stage("length", {
  params: Schema.Struct({}),
  inputs: { page: "value" },
  outputs: { length: "value" },
  run: ({ inputs }) => ({ length: String(inputs.page).length }),
})

const real = Effect.runSync(Effect.clock)
const start = Date.now()
/** Some hours from now. */
const at = (hours: number) =>
  Object.assign(Object.create(real), { unsafeCurrentTimeMillis: () => start + hours * 3_600_000 })

t.test("while a probe gives the same, nothing is asked, and what follows is cached", async (t) => {
  const place = memoryPlace(t)
  const { self, wired } = world()
  await place.run(wired, { clock: at(0) })
  t.same([self.probes, self.asked], [1, 1])
  const { summary, recorder } = await place.run(wired, { clock: at(1) })
  t.same([self.probes, self.asked], [2, 1])
  t.match(summary.counts, { ran: 0, cached: 2, failed: 0 })
  const [finished] = recorder.of("task-finished").filter(({ stage }) => stage === "look")
  t.match(finished, {
    status: "cached",
    observed: {
      at: new Date(start).toISOString(),
      nth: 1,
      probed: new Date(start + 3_600_000).toISOString(),
    },
  })
  t.match(recorder.of("task-started")[0]?.why, [{ reason: "probe", probed: null }])
})

t.test("once a probe gives another value it is asked again; equal bytes stop the wave there", async (t) => {
  const place = memoryPlace(t)
  const { self, wired } = world()
  await place.run(wired, { clock: at(0) })
  self.state = "two"
  const same = await place.run(wired, { clock: at(1) })
  t.equal(self.asked, 2)
  t.match(same.summary.counts, { ran: 1, cached: 1 })
  self.state = "three"
  self.content = "other content"
  const other = await place.run(wired, { clock: at(2) })
  t.equal(self.asked, 3)
  t.match(other.summary.counts, { ran: 2, cached: 0 })
  const settled = [...other.summary.tasks.values()].find(({ observed }) => observed !== undefined)
  t.equal(settled?.observed?.nth, 3)
  await place.run(wired, { clock: at(3) })
  t.equal(self.asked, 3, "the last value is compared with")
})

t.test("within its time nothing is probed, and a probe that gave the same begins that anew", async (t) => {
  const place = memoryPlace(t)
  const { self, wired } = world({ every: "1h" })
  await place.run(wired, { clock: at(0) })
  await place.run(wired, { clock: at(0.9) })
  t.equal(self.probes, 1)
  await place.run(wired, { clock: at(1.1) })
  t.equal(self.probes, 2)
  await place.run(wired, { clock: at(2) })
  t.equal(self.probes, 2)
  self.state = "two"
  await place.run(wired, { clock: at(2.2) })
  t.same([self.probes, self.asked], [3, 2])
})

t.test("a run probes once for a request, however many tasks ask it", async (t) => {
  const place = memoryPlace(t)
  const { self, look } = world()
  const wired = experiment("twice", {}, () => [
    look({ page: "a" }, {}, { at: 1 }).page,
    look({ page: " a " }, {}, { at: 2 }).page,
  ])
  await place.run(wired, { clock: at(0), jobs: 4 })
  t.same([self.probes, self.asked], [1, 1])
  await place.run(wired, { clock: at(1), jobs: 4 })
  t.same([self.probes, self.asked], [2, 1])
  self.state = "two"
  await place.run(wired, { clock: at(2), jobs: 4 })
  t.same([self.probes, self.asked], [3, 2])
})

t.test("a probe that fails is tried again, and then fails its task: what was observed stays", async (t) => {
  const place = memoryPlace(t)
  const { self, wired } = world({ retries: 1 })
  await place.run(wired, { clock: at(0) })
  self.state = new Error("no route to host")
  const { summary, recorder } = await place.run(wired, { clock: at(1) })
  t.equal(self.probes, 3)
  t.equal(self.asked, 1)
  const [failed] = recorder.of("task-finished").filter(({ status }) => status === "failed")
  t.match(failed?.error, {
    tag: "ProbeFailed",
    message: /what "look" observed is still good, as its probe failed: no route to host; --locked/,
  })
  t.equal(summary.counts.skipped, 1)
  self.state = "one"
  const back = await place.run(wired, { clock: at(2) })
  t.equal(back.summary.counts.cached, 2)
  t.equal(self.asked, 1)
})

t.test(
  "nothing is no state of the world: a probe that gives null fails, and is not tried again",
  async (t) => {
    for (const nothing of [null, undefined]) {
      const place = memoryPlace(t)
      let asked = 0
      const look = recorded("look", {
        params: Schema.Struct({}),
        inputs: {},
        outputs: { page: "value" },
        request: () => null,
        fresh: { probe: () => nothing },
        observe: () => ({ page: ++asked }),
      })
      const { summary, recorder } = await place.run(experiment("looks", {}, () => look({}).page))
      t.equal(summary.counts.failed, 1)
      t.equal(recorder.of("attempt-failed").length, 1)
      t.match(recorder.of("attempt-failed")[0]?.error.message, /it gave (null|undefined), which is the same/)
      t.equal(asked, 0)
    }
  },
)

t.test("what was observed before there was a probe is asked again, once", async (t) => {
  const place = memoryPlace(t)
  const before = world({ probed: false })
  await place.run(before.wired, { clock: at(0) })
  const after = world()
  const [why] = (await place.preview(after.wired)).map(({ why }) => why[0])
  t.match(why, { reason: "unprobed" })
  await place.run(after.wired, { clock: at(1) })
  await place.run(after.wired, { clock: at(2) })
  t.same([after.self.probes, after.self.asked], [2, 1])
})

t.test(
  "a preview probes nothing, says what would be probed, and leaves what follows undecided",
  async (t) => {
    const place = memoryPlace(t)
    const { self, wired } = world()
    await place.run(wired, { clock: at(0) })
    const previews = await place.preview(wired)
    t.equal(self.probes, 1)
    t.same(
      previews.map(({ status }) => status),
      ["will-run", "undecided"],
    )
    t.match(previews[0]?.why, [{ reason: "probe" }])
  },
)

/** A lock that pins one observation. */
const pinning = (key: Key, page: Digest, moment: ObservedAt, isHeld = false) => ({
  of: () => ({ ...moment, key, outputs: { page } }),
  isHeld,
  path: "looks.lock.json",
})

t.test(
  "what a lock pins is probed too, and its value travels in the lock; --locked probes nothing",
  async (t) => {
    const one = memoryPlace(t)
    const { self, wired } = world()
    const first = await one.run(wired, { clock: at(0) })
    const settled = [...first.summary.tasks.values()].find(({ observed }) => observed !== undefined)
    const { resolution, observed, outputs } = settled!
    const { key } = resolution!
    t.ok(observed?.probe)

    const two = memoryPlace(t)
    two.store.put(one.store.read(outputs.page!.digest))
    const locked = pinning(key, outputs.page!.digest, observed!)
    const held = await two.run(wired, { clock: at(1), locked: { ...locked, isHeld: true } })
    t.equal(held.summary.counts.failed, 0)
    t.same([self.probes, self.asked], [1, 1])
    const there = memoryPlace(t)
    there.store.put(one.store.read(outputs.page!.digest))
    const probed = await there.run(wired, { clock: at(2), locked })
    t.same([self.probes, self.asked], [2, 1])
    t.equal(probed.summary.counts.cached, 1)
    t.match(there.observations.of(key), [{ at: observed!.at, nth: 1, probe: observed!.probe }])

    const empty = memoryPlace(t)
    const missing = await empty.run(wired, { clock: at(3), locked })
    t.equal(missing.summary.counts.failed, 1, "whether what is elsewhere is good is of no use here")
    t.same([self.probes, self.asked], [2, 1])
  },
)

t.test("of two that the same state gave the lock's goes on counting, however the second came", async (t) => {
  const place = memoryPlace(t)
  const { self, wired } = world()
  const first = await place.run(wired, { clock: at(0) })
  const settled = [...first.summary.tasks.values()].find(({ observed }) => observed !== undefined)!
  const locked = pinning(settled.resolution!.key, settled.outputs.page!.digest, settled.observed!)
  self.content = "another answer"
  await place.run(wired, { clock: at(1), locked, force: new Set(["look"]) })
  t.equal(self.asked, 2)
  const { summary } = await place.run(wired, { clock: at(2), locked })
  const counted = [...summary.tasks.values()].find(({ observed }) => observed !== undefined)
  t.equal(counted?.observed?.nth, 1)
  t.equal(self.asked, 2)
})

t.test(
  "the state that a recorded stage gives has a computed one run once for each state, whenever it comes",
  async (t) => {
    const place = memoryPlace(t)
    let state = "one"
    const etag = recorded("etag", {
      params: Schema.Struct({}),
      inputs: {},
      outputs: { etag: "value" },
      fresh: "1h",
      request: () => null,
      observe: () => ({ etag: state }),
    })
    const download = stage("download", {
      params: Schema.Struct({}),
      inputs: { state: "value" },
      outputs: { rows: "value" },
      allow: ["network"],
      run: ({ inputs }) => ({ rows: `rows of ${inputs.state}` }),
    })
    const wired = experiment("downloads", {}, () => download({}, { state: etag({}).etag }).rows)
    const ran = async (hours: number) => (await place.run(wired, { clock: at(hours) })).summary.counts.ran
    t.equal(await ran(0), 2)
    t.equal(await ran(2), 1, "the same state: no download")
    state = "two"
    t.equal(await ran(4), 2)
    state = "one"
    t.equal(await ran(6), 1, "the rows of that state are there")
  },
)

t.test("a probe is refused where its code would be in a key, and where it is none", (t) => {
  const face = { params: Schema.Struct({}), inputs: {}, outputs: { page: "value" } } as const
  const run = () => ({ page: 1 })
  t.throws(
    () => stage("look", { ...face, run, fresh: { probe: run } as never }),
    /let a recorded stage of its own/,
  )
  const asking = { ...face, request: () => null, observe: run }
  t.throws(
    () => recorded("look", { ...asking, fresh: { probe: "etag" } as never }),
    /a function of the request/,
  )
  t.throws(
    () => recorded("look", { ...asking, fresh: { probe: run, every: "soon" as never } }),
    /every of fresh is/,
  )
  t.throws(() => recorded("look", { ...asking, fresh: "soon" as never }), /or \{ probe, every \}/)
  t.end()
})
