// What counts as an answer, and who asks for it where several would: with runner and ledger, in memory.
import { join } from "node:path"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import t, { type Test } from "tap"
import { experiment } from "../../../../engine/declare/experiment.ts"
import { recorded } from "../../../../engine/declare/observed/recorded.ts"
import { Store } from "../../../../engine/store/store.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { temporaryFolder } from "../../../../engine/testing/temporary-folder.ts"
import { shortHeartbeat } from "../../../../engine/testing/test-heartbeat.ts"

const Params = Schema.Struct({ prompt: Schema.String, trial: Schema.Int })

/** A stage that answers as it is told, and notes what it was asked. */
function asking(observe: (prompt: string) => unknown, kind = "value") {
  const asked: Array<string> = []
  const ask = recorded("ask", {
    params: Params,
    inputs: {},
    outputs: { answer: kind as "value" },
    trial: "trial",
    retries: 0,
    request: ({ prompt }) => prompt,
    observe: async (prompt) => {
      asked.push(prompt)
      return (await observe(prompt)) as never
    },
  })
  return { ask, asked }
}

const one = ({ ask }: Pick<ReturnType<typeof asking>, "ask">) =>
  experiment("asks", {}, () => ask({ prompt: "why", trial: 1 }).answer)

const throwing = (thrown: unknown) => (): never => {
  throw thrown
}

t.test(
  "what is no answer of its kind is none, whatever was thrown or given: nothing is kept of it, and it is asked again",
  async (t) => {
    const cyclic: { self?: unknown } = {}
    cyclic.self = cyclic
    for (const [name, observe, kind] of [
      ["an error", throwing(new Error("busy"))],
      ["undefined thrown", throwing(undefined)],
      ["null thrown", throwing(null)],
      ["a text thrown", throwing("busy")],
      ["a number thrown", throwing(503)],
      ["a rejection", () => Promise.reject({ status: 500 })],
      ["nothing", () => undefined],
      ["no outputs", () => ({})],
      ["undefined", () => ({ answer: undefined })],
      ["NaN", () => ({ answer: { score: Number.NaN } })],
      ["Infinity", () => ({ answer: [Number.POSITIVE_INFINITY] })],
      ["a function", () => ({ answer: () => 1 })],
      ["a bigint", () => ({ answer: 1n })],
      ["a date", () => ({ answer: new Date(0) })],
      ["a response", () => ({ answer: new Response("{}") })],
      ["a cycle", () => ({ answer: cyclic })],
      ["a promise", () => ({ answer: Promise.resolve(1) })],
      ["an output too many", () => ({ answer: 1, other: 2 })],
      ["no text", () => ({ answer: 1 }), "text"],
      ["no metrics", () => ({ answer: { accuracy: "high" } }), "metrics"],
    ] as const) {
      const place = memoryPlace(t)
      let isBetter = false
      const good = kind === "text" ? "yes" : { accuracy: 1 }
      const { ask, asked } = asking(() => (isBetter ? { answer: good } : observe()), kind)
      const bad = await place.run(one({ ask }))
      const [settled] = bad.summary.tasks.values()
      t.equal(settled?.status, "failed", name)
      t.not(settled?.error?.message ?? "", "", `${name}: something is said of it`)
      t.same(place.observations.of(settled!.resolution!.key), [], `${name}: no observation`)
      isBetter = true
      const next = await place.run(one({ ask }))
      t.equal(next.summary.counts.ran, 1, name)
      t.equal(asked.length, 2)
    }
  },
)

t.test("one that fails leaves the answers of the others, and only it is asked again", async (t) => {
  const place = memoryPlace(t)
  let isBusy = true
  const { ask, asked } = asking((prompt) => {
    if (prompt === "p3" && isBusy) throw new Error("busy")
    return { answer: prompt }
  })
  const wired = experiment("asks", {}, () =>
    Array.from({ length: 8 }, (_, n) => ask({ prompt: `p${n}`, trial: 1 }, {}, { n }).answer),
  )
  const first = await place.run(wired, { keepGoing: true })
  t.match(first.summary.counts, { ran: 7, failed: 1 })
  isBusy = false
  const second = await place.run(wired, { keepGoing: true })
  t.match(second.summary.counts, { ran: 1, cached: 7 })
  t.same(asked.slice(8), ["p3"])
})

/** Two pipelines on one store. */
function pipelines(t: Test) {
  const ledger = join(temporaryFolder(t), "ledger.sqlite")
  const beats = shortHeartbeat(1)
  const one = memoryPlace(t, { ledger, name: "one", beats })
  const other = memoryPlace(t, { ledger, name: "other", beats, store: Layer.succeed(Store, one.store) })
  return [one, other] as const
}

t.test(
  "of two pipelines on one store that ask the same each question is asked by one, each trial once",
  async (t) => {
    const places = pipelines(t)
    const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
    const { ask, asked } = asking(async (prompt) => {
      for (let i = 0; i < 5; i++) await turn()
      return { answer: prompt }
    })
    const prompts = Array.from({ length: 40 }, (_, n) => `p${n}`)
    const wired = (order: ReadonlyArray<string>) =>
      experiment("asks", {}, () =>
        order.flatMap((prompt) =>
          [1, 2].map((trial) => ask({ prompt, trial }, {}, { prompt, trial }).answer),
        ),
      )
    const runs = await Promise.all([
      places[0].run(wired(prompts)),
      places[1].run(wired(prompts.toReversed())),
    ])
    const counts = runs.map(({ summary }) => summary.counts)
    t.equal(asked.length, 80)
    t.equal(counts[0]!.ran + counts[1]!.ran, 80)
    t.equal(counts[0]!.cached + counts[1]!.cached, 80)
    t.ok(
      counts.every(({ ran }) => ran > 0),
      `both ask: ${counts.map(({ ran }) => ran)}`,
    )
    const digests = runs.map(({ recorder }) => recorder.outputs)
    t.same(digests[0], digests[1], "and both have the same answers")
  },
)
