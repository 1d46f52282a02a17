// When what is asked is asked again, and how much of it at once: with runner and ledger, in memory, by a clock that the test moves.
import * as Schema from "effect/Schema"
import t from "tap"
import type { AnyExperiment } from "../../../../engine/declare/experiment.ts"
import { experiment } from "../../../../engine/declare/experiment.ts"
import { recorded } from "../../../../engine/declare/observed/recorded.ts"
import { type MemoryOptions, memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { testClock } from "../../../../engine/testing/test-clock.ts"

/** Turns of the event loop, in which all that can go on does. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => void setImmediate(resolve))
}

/** Runs by a clock that passes whenever nothing can go on. */
async function passing(
  t: Parameters<typeof memoryPlace>[0],
  wired: AnyExperiment,
  options: MemoryOptions,
  clock = testClock(),
  place = memoryPlace(t),
) {
  let isOver = false
  const running = place.run(wired, { ...options, clock }).finally(() => {
    isOver = true
  })
  while (!isOver) {
    await turns()
    clock.passToNext()
  }
  const { summary, recorder } = await running
  return { summary, recorder, clock }
}

/** A stage that does as it is told, and notes the seconds at which it was asked. */
function asking(
  name: string,
  observe: (nth: number, prompt: string) => unknown,
  about: { readonly retries?: number } = {},
) {
  const at: Array<number> = []
  const clock = testClock()
  const ask = recorded(name, {
    params: Schema.Struct({ prompt: Schema.String }),
    inputs: {},
    outputs: { answer: "value" },
    ...about,
    request: ({ prompt }) => prompt,
    observe: async (prompt) => {
      at.push(clock.seconds())
      return { answer: (await observe(at.length, prompt)) as never }
    },
  })
  return { ask, at, clock }
}

const one = ({ ask }: Pick<ReturnType<typeof asking>, "ask">) =>
  experiment("asks", {}, () => ask({ prompt: "why" }).answer)

const gaps = (at: ReadonlyArray<number>): ReadonlyArray<number> =>
  at.slice(1).map((seconds, i) => seconds - at[i]!)

const fail =
  (about: object = {}) =>
  (): never => {
    throw Object.assign(new Error("busy"), about)
  }

t.test(
  "it is tried 4 times more, after waits that double, each by chance half as long to half as long again",
  async (t) => {
    const all: Array<ReadonlyArray<number>> = []
    for (let i = 0; i < 12; i++) {
      const asked = asking("ask", fail())
      const { summary } = await passing(t, one(asked), {}, asked.clock)
      t.equal(summary.counts.failed, 1)
      all.push(gaps(asked.at))
    }
    for (const waits of all) {
      t.equal(waits.length, 4)
      for (const [n, wait] of waits.entries()) {
        const usual = 0.2 * 2 ** n
        t.ok(wait > usual * 0.49 && wait < usual * 1.51, `${wait} s after ${n + 1}`)
      }
    }
    const [shortest, longest] = [Math.min, Math.max].map((of) => of(...all.map(([first]) => first!)))
    t.ok(longest! - shortest! > 0.02, "not all of them the same")
  },
)

t.test("it waits as long as it is told at least, and not much longer", async (t) => {
  const asked = asking("ask", (nth) =>
    nth === 1 ? fail({ retryAfter: 20 })() : nth === 2 ? fail({ retryAfter: 3600 })() : "yes",
  )
  const { summary } = await passing(t, one(asked), {}, asked.clock)
  t.equal(summary.counts.ran, 1)
  const [first, second] = gaps(asked.at)
  t.ok(first! > 20 && first! < 20.4, `${first}`)
  t.ok(second! > 3600 && second! < 3601, `${second}`)
})

t.test("what is no number of seconds to wait is none", async (t) => {
  for (const retryAfter of [-5, 0, Number.NaN, Number.POSITIVE_INFINITY, "20", null]) {
    const asked = asking("ask", (nth) => (nth === 1 ? fail({ retryAfter })() : "yes"))
    const { summary } = await passing(t, one(asked), {}, asked.clock)
    t.equal(summary.counts.ran, 1)
    t.ok(gaps(asked.at)[0]! < 0.31, String(retryAfter))
  }
})

t.test("who wants hours is not waited for: it has failed for now, and says so", async (t) => {
  for (const retryAfter of [3601, 86_400, 1e12]) {
    const asked = asking("ask", fail({ retryAfter }))
    const { summary } = await passing(t, one(asked), {}, asked.clock)
    const [settled] = summary.tasks.values()
    t.match(settled?.error?.message, /^busy; it is not to be asked again for \d+ hours, .*run again then$/)
    t.equal(asked.at.length, 1)
  }
})

t.test("what says that it is final is not tried again, and policies say how often all else is", async (t) => {
  const final = asking("ask", fail({ isFinal: true }))
  await passing(t, one(final), {}, final.clock)
  t.equal(final.at.length, 1)
  for (const [about, policies, times] of [
    [{ retries: 0 }, [], 1],
    [{ retries: 7 }, [], 8],
    [{}, [{ ask: { retries: 2 } }], 3],
    [{ retries: 7 }, [{ ask: { retries: 0 } }], 1],
    [{}, [{ other: { retries: 0 } }], 5],
  ] as const) {
    const asked = asking("ask", fail(), about)
    const { recorder } = await passing(t, one(asked), { policies }, asked.clock)
    t.equal(asked.at.length, times)
    t.same(
      recorder.of("attempt-failed").map(({ again }) => again),
      Array.from({ length: times }, (_, i) => i < times - 1),
    )
  }
})

/** How many are under way at once, at the most, each for some turns. */
function atOnce() {
  let [running, most] = [0, 0]
  const observe = async (nth: number): Promise<number> => {
    most = Math.max(most, ++running)
    await turns()
    running--
    return nth
  }
  return { observe, most: () => most }
}

const many = (stages: ReadonlyArray<ReturnType<typeof asking>["ask"]>, count: number) =>
  experiment("many", {}, () =>
    stages.flatMap((ask) =>
      Array.from({ length: count }, (_, n) => ask({ prompt: `${n}` }, {}, { n }).answer),
    ),
  )

t.test(
  "16 are asked at once where nothing is said, however few jobs there are; else as many as a group says, of all its stages",
  async (t) => {
    for (const [limits, most] of [
      [{}, 16],
      [{ api: { stages: ["ask"], atOnce: 40 } }, 40],
      [{ api: { stages: ["ask"], atOnce: 3 } }, 3],
      [{ api: { stages: ["ask"], perMinute: 1000 } }, 16],
    ] as const) {
      const running = atOnce()
      const { ask, clock } = asking("ask", running.observe)
      const { summary } = await passing(t, many([ask], 50), { limits, jobs: 1 }, clock)
      t.equal(summary.counts.ran, 50)
      t.equal(running.most(), most, JSON.stringify(limits))
    }
    const running = atOnce()
    const stages = ["ask", "tell", "say"].map((name) => asking(name, running.observe).ask)
    const limits = { api: { stages: ["ask", "tell"], atOnce: 5 }, say: { stages: ["say"], atOnce: 2 } }
    await passing(t, many(stages, 20), { limits, jobs: 1 })
    t.equal(running.most(), 7)
  },
)

t.test(
  "never more of a group start within a minute than it says, those that are tried again among them, and none waits in vain",
  async (t) => {
    const [perMinute, each] = [7, 15]
    const failing = (nth: number): string => (nth % 5 === 0 ? fail()() : "yes")
    const clock = testClock()
    const at: Array<number> = []
    const stages = ["ask", "tell"].map(
      (name) =>
        asking(name, (nth) => {
          at.push(clock.seconds())
          return failing(nth)
        }).ask,
    )
    const limits = { api: { stages: ["ask", "tell"], perMinute } }
    const { summary } = await passing(t, many(stages, each), { limits, jobs: 4 }, clock)
    t.equal(summary.counts.ran, 2 * each)
    t.ok(at.length > 2 * each, "some were tried again")
    for (const [i, seconds] of at.entries())
      if (i + perMinute < at.length)
        t.ok(
          at[i + perMinute]! - seconds >= 60,
          `${perMinute + 1} from ${seconds} s to ${at[i + perMinute]} s`,
        )
    t.ok(at.at(-1)! < Math.ceil(at.length / perMinute) * 60 + 10, `the last after ${at.at(-1)} s`)
  },
)

t.test("what a run before this one asked within the last minute counts, whatever came of it", async (t) => {
  const place = memoryPlace(t)
  const limits = { api: { stages: ["ask"], perMinute: 7 } }
  const ran = async (from: number, to: number) => {
    const { ask, at, clock } = asking("ask", (nth) => (nth === 2 ? fail({ isFinal: true })() : "yes"))
    const prompts = Array.from({ length: to - from }, (_, n) => `${from + n}`)
    const wired = experiment("many", {}, () =>
      prompts.map((prompt) => ask({ prompt }, {}, { prompt }).answer),
    )
    await passing(t, wired, { limits, keepGoing: true }, clock, place)
    return at
  }
  t.same(
    (await ran(0, 6)).filter((seconds) => seconds > 0),
    [],
    "all of these at once",
  )
  const [first, ...others] = await ran(6, 10)
  t.ok(first! < 1, "one is left of seven")
  t.equal(others.length, 3)
  // Attempts are dated by the machine's clock, by which hardly any time has passed.
  for (const seconds of others) t.ok(seconds > 30 && seconds <= 60, `${seconds}`)
})
