import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import t from "tap"
import { experiment } from "../../../../engine/declare/experiment.ts"
import { recorded } from "../../../../engine/declare/observed/recorded.ts"
import { stage } from "../../../../engine/declare/stage.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"

const Params = Schema.Struct({
  prompt: Schema.String,
  trial: Schema.optionalWith(Schema.Number, { default: () => 1 }),
})

/** A stage that counts how often it is asked, and answers with that. */
function asking(about: { readonly fresh?: "7d"; readonly answer?: (n: number) => unknown } = {}) {
  const asked: Array<unknown> = []
  const { fresh, answer = (n) => `answer ${n}` } = about
  const ask = recorded("ask", {
    params: Params,
    inputs: {},
    outputs: { answer: "value" },
    trial: "trial",
    ...(fresh === undefined ? {} : { fresh }),
    request: ({ prompt }) => ({ prompt: prompt.trim() }),
    observe: (request) => {
      asked.push(request)
      return { answer: answer(asked.length) as never }
    },
  })
  return { ask, asked }
}

const read = stage("read", {
  params: Schema.Struct({}),
  inputs: { answer: "value" },
  outputs: { length: "value" },
  run: ({ inputs }) => ({ length: String(inputs.answer).length }),
})

t.test("what was asked once is not asked again, and what follows is cached", async (t) => {
  const place = memoryPlace(t)
  const { ask, asked } = asking()
  const wired = experiment("asks", {}, () => read({}, { answer: ask({ prompt: "why" }).answer }).length)
  const first = await place.run(wired)
  const second = await place.run(wired)
  t.same(asked, [{ prompt: "why" }])
  t.equal(first.summary.counts.ran, 2)
  t.equal(second.summary.counts.cached, 2)
  const [{ observed } = {}] = second.recorder.of("task-finished").filter(({ stage }) => stage === "ask")
  t.equal(observed?.nth, 1)
})

t.test(
  "two tasks that ask the same, however it is written, ask once; a trial of its own asks again",
  async (t) => {
    const place = memoryPlace(t)
    const { ask, asked } = asking()
    await place.run(
      experiment("same", {}, () => [
        ask({ prompt: "why" }, {}, { at: 1 }).answer,
        ask({ prompt: " why " }, {}, { at: 2 }).answer,
        ask({ prompt: "why", trial: 2 }, {}, { at: 3 }).answer,
      ]),
      { jobs: 4 },
    )
    t.equal(asked.length, 2)
  },
)

t.test(
  "an edit of what observes, or of the request that comes to the same, asks nothing again",
  async (t) => {
    const place = memoryPlace(t)
    const { ask, asked } = asking()
    const wired = experiment("asks", {}, () => ask({ prompt: "why" }).answer)
    await place.run(wired, { code: () => "one" })
    const { summary } = await place.run(wired, { code: () => "another" })
    t.equal(summary.counts.cached, 1)
    t.equal(asked.length, 1)
  },
)

t.test("an error is no answer: the next run asks again", async (t) => {
  const place = memoryPlace(t)
  let asked = 0
  const ask = recorded("ask", {
    params: Schema.Struct({}),
    inputs: {},
    outputs: { answer: "value" },
    retries: 0,
    request: () => null,
    observe: () => {
      if (++asked === 1) throw new Error("busy")
      return { answer: asked }
    },
  })
  const wired = experiment("asks", {}, () => ask({}).answer)
  const first = await place.run(wired)
  const second = await place.run(wired)
  t.equal(first.summary.counts.failed, 1)
  t.equal(second.summary.counts.ran, 1)
})

t.test("a request that differs from call to call is refused, and nothing is asked", async (t) => {
  const place = memoryPlace(t)
  let calls = 0
  let asked = 0
  const ask = recorded("ask", {
    params: Schema.Struct({}),
    inputs: {},
    outputs: { answer: "value" },
    request: () => ++calls,
    observe: () => ({ answer: ++asked }),
  })
  const { summary } = await place.run(experiment("asks", {}, () => ask({}).answer))
  t.equal(summary.counts.failed, 1)
  t.match([...summary.tasks.values()][0]?.error?.message, /is another one when it is computed again/)
  t.equal(asked, 0)
})

t.test("a second answer under force raises no alarm, and both are kept", async (t) => {
  const place = memoryPlace(t)
  const { ask, asked } = asking()
  const wired = experiment("asks", {}, () => ask({ prompt: "why" }).answer)
  await place.run(wired)
  const { recorder, summary } = await place.run(wired, { force: new Set(["ask"]) })
  t.same(recorder.of("nondeterministic"), [])
  t.equal(asked.length, 2)
  const [settled] = summary.tasks.values()
  t.equal(settled?.observed?.nth, 2)
  t.equal(place.observations.of(settled!.resolution!.key).length, 2)
})

t.test("an answer whose bytes are gone is not asked again by itself; force and forget ask", async (t) => {
  const place = memoryPlace(t)
  const { ask, asked } = asking()
  const wired = experiment("asks", {}, () => read({}, { answer: ask({ prompt: "why" }).answer }).length)
  const { summary } = await place.run(wired)
  const [settled] = [...summary.tasks.values()].filter(({ observed }) => observed !== undefined)
  place.store.remove(settled!.outputs.answer!.digest)
  const damaged = await place.run(wired)
  t.equal(damaged.summary.counts.failed, 1)
  t.match([...damaged.summary.tasks.values()][0]?.error?.tag, "ObservationDamaged")
  t.equal(asked.length, 1)
  t.equal(place.observations.forget(settled!.resolution!.key), 1)
  const [why] = (await place.preview(wired)).map(({ why }) => why[0])
  t.match(why, { reason: "forgotten", answers: 1 })
  await place.run(wired)
  t.equal(asked.length, 2)
})

t.test("an answer is asked again once it is older than it may be, and equal bytes stop there", async (t) => {
  const place = memoryPlace(t)
  const { ask, asked } = asking({ fresh: "7d", answer: () => "the same" })
  const wired = experiment("asks", {}, () => read({}, { answer: ask({ prompt: "why" }).answer }).length)
  const real = await Effect.runPromise(Effect.clock)
  const later = (days: number) =>
    Object.assign(Object.create(real), {
      unsafeCurrentTimeMillis: () => real.unsafeCurrentTimeMillis() + days * 86_400_000,
    })
  await place.run(wired)
  const young = await place.run(wired, { clock: later(6.9) })
  t.equal(young.summary.counts.cached, 2)
  const old = await place.run(wired, { clock: later(7.1) })
  t.equal(asked.length, 2)
  t.equal(old.summary.counts.ran, 1)
  t.equal(old.summary.counts.cached, 1)
  const again = await place.run(wired, { clock: later(14) })
  t.equal(again.summary.counts.cached, 2, "it counts from the second")
})

t.test("a variable of the environment, which would be in no key, is refused when it is declared", (t) => {
  const declare = () =>
    recorded("ask", {
      params: Schema.Struct({}),
      inputs: {},
      outputs: { answer: "value" },
      environment: ["API_BASE"],
      request: () => null,
      observe: () => ({ answer: 1 }),
    })
  t.throws(
    declare,
    /names API_BASE, which would stand in no key.*make it a param that the request has.*or.*one of its secrets/,
  )
  t.end()
})

t.test("a request takes contents: an input of kind file is refused when it is declared", (t) => {
  const declare = () =>
    recorded("ask", {
      params: Schema.Struct({}),
      inputs: { rows: "file" },
      outputs: { answer: "value" },
      request: () => null,
      observe: () => ({ answer: 1 }),
    })
  t.throws(declare, /a request is made of contents/)
  t.end()
})
