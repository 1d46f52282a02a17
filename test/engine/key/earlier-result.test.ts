// Why a task runs, or ran: what each is compared with, and how much is read for that.
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import t, { type Test } from "tap"
import { experiment, stage } from "../../../engine/declare/index.ts"
import type { Reason } from "../../../engine/key/explain.ts"
import { History } from "../../../engine/ledger/history.ts"
import { Results } from "../../../engine/ledger/results.ts"
import { type MemoryRun, memoryPlace } from "../../../engine/testing/memory-place.ts"

const cell = stage("cell", {
  params: Schema.Struct({ value: Schema.Number }),
  inputs: {},
  outputs: { out: "value" },
  inProcess: true,
  run: ({ params }) => ({ out: params.value }),
})
/** One cell for each value, its place its label. */
const grid = (values: ReadonlyArray<number>, name = "grid") =>
  experiment(name, {}, () => values.map((value, place) => cell({ value }, {}, { place }).out))

/** A place in which every question to the ledger is counted. */
function countedPlace(t: Test) {
  const asked: Record<string, number> = {}
  const counting = <S extends object>(service: S): S =>
    Object.fromEntries(
      Object.entries(service).map(([name, part]) => [
        name,
        (...given: ReadonlyArray<unknown>) => {
          asked[name] = (asked[name] ?? 0) + 1
          return (part as (...given: ReadonlyArray<unknown>) => unknown)(...given)
        },
      ]),
    ) as S
  const place = memoryPlace(t, {
    change: (services) =>
      services.pipe(
        Context.add(Results, counting(Context.get(services, Results))),
        Context.add(History, counting(Context.get(services, History))),
      ),
  })
  const since = (): Readonly<Record<string, number>> => {
    const before = { ...asked }
    for (const name of Object.keys(asked)) delete asked[name]
    return before
  }
  return { place, since }
}

const whyStarted = ({ recorder }: MemoryRun) =>
  recorder.of("task-started").map(({ why }) => why as ReadonlyArray<Reason>)
const param = (before: number, after: number) => [{ reason: "param", path: "value", before, after }]
const upTo = (n: number, from = 0) => Array.from({ length: n }, (_, i) => from + i)

t.test(
  "a preview of which no reason is asked reads no fingerprint, and of each task its outputs",
  async (t) => {
    const { place, since } = countedPlace(t)
    for (const n of [40, 80]) {
      await place.run(grid(upTo(n)))
      since()
      const previews = await place.preview(grid(upTo(n)))
      t.same(since(), { outputs: n, durations: 1 })
      t.ok(previews.every(({ status }) => status === "cached"))
      for (const { why } of previews.slice(0, 3)) t.same(why, [{ reason: "never-ran" }])
      t.ok(since().madeOf! <= 6, "and then for each that is asked about")
    }
  },
)

t.test("a task that will run is compared with one result, however many there are", async (t) => {
  const { place, since } = countedPlace(t)
  for (const n of [40, 80]) {
    await place.run(grid(upTo(n)))
    await place.run(grid(upTo(n, 1000)))
    since()
    const previews = await place.preview(grid(upTo(n, 500)))
    for (const [i, preview] of previews.entries()) {
      t.same(preview.why, param(1000 + i, 500 + i), "its label's last success, not the nearest of all")
      t.equal(preview.why, preview.why, "found once")
    }
    const { madeOf, latest } = since()
    t.same({ madeOf, latest }, { madeOf: n, latest: undefined })
  }
})

t.test("a run looks for the reasons of what starts, and for no others", async (t) => {
  const { place, since } = countedPlace(t)
  await place.run(grid(upTo(50)))
  since()
  const again = await place.run(grid([...upTo(49), 7000]))
  t.same(whyStarted(again), [param(49, 7000)])
  const { madeOf, latest, lastKey } = since()
  t.same({ madeOf, latest, lastKey }, { madeOf: 1, latest: undefined, lastKey: 1 })
})

t.test("in a first run every task never ran, and so says `why` of them afterwards", async (t) => {
  const { place } = countedPlace(t)
  const values = upTo(5)
  for (const why of whyStarted(await place.run(grid(values)))) t.same(why, [{ reason: "never-ran" }])
  for (const { why } of await place.preview(grid(values))) t.same(why, [{ reason: "never-ran" }])
})

t.test(
  "a new cell is compared with the latest of its stage, before it runs, as it starts and afterwards",
  async (t) => {
    const { place } = countedPlace(t)
    await place.run(grid(upTo(3)))
    const grown = grid(upTo(6))
    const added = (previews: Awaited<ReturnType<typeof place.preview>>) =>
      previews.slice(3).map(({ why }) => why)
    const expected = [param(2, 3), param(2, 4), param(2, 5)]
    t.same(added(await place.preview(grown)), expected)
    t.same(whyStarted(await place.run(grown)), expected)
    t.same(added(await place.preview(grown)), expected, "of what the run before it had left")
  },
)

t.test("a cached task is told by what came before it, not by what came after", async (t) => {
  const { place } = countedPlace(t)
  const why = async (value: number) => (await place.preview(grid([value])))[0]!.why
  for (const value of [1, 2, 1, 3]) await place.run(grid([value]))
  t.same(await why(3), param(1, 3), "of the values that its label had, the last")
  t.same(await why(1), [{ reason: "never-ran" }], "it ran first of all")
  await place.run(grid([1]))
  t.same(await why(1), [{ reason: "never-ran" }])
  t.same(await why(4), param(1, 4))
})

t.test("two experiments that share labels have each their own last success", async (t) => {
  const { place } = countedPlace(t)
  await place.run(grid([1], "one"))
  await place.run(grid([2], "two"))
  t.same((await place.preview(grid([3], "one")))[0]!.why, param(1, 3))
  t.same((await place.preview(grid([3], "two")))[0]!.why, param(2, 3))
})

t.test("where the last success of a label was forgotten, the one before it explains", async (t) => {
  const { place } = countedPlace(t)
  await place.run(grid([1]))
  await place.run(grid([2]))
  const key = place.history.lastKey("grid", "cell@place=0" as never)!
  place.results.forget(key)
  t.same((await place.preview(grid([2])))[0]!.why, param(1, 2))
})
