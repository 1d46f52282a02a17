// Groups: tasks for each item of a list that only an upstream task knows.
import * as Schema from "effect/Schema"
import t from "tap"
import { each, experiment } from "../../../../engine/declare/index.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { increment, joining, list, listed, square, sum } from "./stages.ts"

const squares = experiment("squares", { numbers: Schema.Array(Schema.Number) }, ({ numbers }) => {
  const squared = each("numbers", list({ numbers }).list, (number: number) => square({ number }))
  const incremented = each("numbers-again", squared.squared, (number) => increment({}, { number }))
  return {
    listed: listed({}, { numbers: squared.squared }).text,
    sum: sum({}, { numbers: incremented.incremented }).sum,
  }
})

t.test("each item has a task, whose label says it, and groups follow groups item by item", async (t) => {
  const place = memoryPlace(t)
  const params = { numbers: [3, 1] }
  const { recorder, summary } = await place.run(squares, { joining, params })
  t.same(recorder.tasks, {
    list: "ran",
    "square@numbers=3": "ran",
    "square@numbers=1": "ran",
    "increment@numbers-again=3": "ran",
    "increment@numbers-again=1": "ran",
    listed: "ran",
    sum: "ran",
  })
  t.same(
    [...summary.groups].map(([{ label }, { status, items }]) => [label, status, items]),
    [
      ["numbers", "done", 2],
      ["numbers-again", "done", 2],
    ],
  )
  const text = (name: string): string => {
    const { output } = summary.plan.results.find((result) => result.name === name)!
    const task = summary.plan.task(output.source as never)
    return new TextDecoder().decode(place.store.read(summary.tasks.get(task)!.outputs[output.name]!.digest))
  }
  t.equal(text("listed"), "3 3 9\n1 1 1")
  t.equal(text("sum"), "12")
  const again = await place.run(squares, { joining, params })
  t.same(again.summary.counts, { ran: 0, cached: 7, failed: 0, skipped: 0, notNeeded: 0 })
})

t.test("an item in front runs one task and what takes the group; a plan names them before", async (t) => {
  const place = memoryPlace(t)
  await place.run(squares, { joining, params: { numbers: [3, 1] } })
  const params = { numbers: [7, 3, 1] }
  const planned = await place.previews(squares, { joining, params })
  t.same(
    planned.groups.map(({ group, items, waitsFor }) => [
      group.label,
      items,
      waitsFor.map(({ label }) => label),
    ]),
    [
      ["numbers", 2, ["list"]],
      ["numbers-again", 2, ["list"]],
    ],
    "the list has another param: its groups are undecided",
  )
  t.same(
    planned.tasks.filter(({ status }) => status === "cached").map(({ task }) => task.label),
    [],
    "and so is what they are made of",
  )
  const { recorder } = await place.run(squares, { joining, params })
  t.same(
    Object.entries(recorder.tasks)
      .filter(([, status]) => status === "ran")
      .map(([label]) => label)
      .sort(),
    ["increment@numbers-again=7", "list", "listed", "square@numbers=7", "sum"],
  )
  const settledPlan = await place.previews(squares, { joining, params })
  t.ok(settledPlan.tasks.every(({ status }) => status === "cached"))
  t.equal(settledPlan.tasks.length, 9)
})

t.test("a reorder runs what takes the group in its order, and nothing else", async (t) => {
  const place = memoryPlace(t)
  await place.run(squares, { joining, params: { numbers: [3, 1] } })
  const { recorder } = await place.run(squares, { joining, params: { numbers: [1, 3] } })
  t.same(
    Object.entries(recorder.tasks)
      .filter(([, status]) => status === "ran")
      .map(([label]) => label)
      .sort(),
    ["list", "listed"],
  )
  t.same(recorder.of("task-started").find(({ task }) => task === "listed")!.why, [
    { reason: "order", role: "numbers" },
  ])
})

t.test("an empty list is an empty group", async (t) => {
  const place = memoryPlace(t)
  const { recorder } = await place.run(squares, { joining, params: { numbers: [] } })
  t.same(recorder.tasks, { list: "ran", listed: "ran", sum: "ran" })
})

t.test(
  "two groups of one stage stand beside each other, and two of one name are refused before anything runs",
  async (t) => {
    const place = memoryPlace(t)
    const twice = (second: string) =>
      experiment("twice", {}, () => {
        const numbers = list({ numbers: [1, 2] }).list
        const body = (number: number) => square({ number }).squared
        return [
          sum({}, { numbers: each("first", numbers, body) }, { of: "first" }).sum,
          sum({}, { numbers: each(second, numbers, body) }, { of: "second" }).sum,
        ]
      })
    const { recorder } = await place.run(twice("second"), { joining })
    t.same(
      Object.keys(recorder.tasks)
        .filter((label) => label.startsWith("square"))
        .sort(),
      ["square@first=1", "square@first=2", "square@second=1", "square@second=2"],
    )
    t.same(
      Object.values(recorder.tasks).filter((status) => status === "ran").length,
      4,
      "the same work is done once, whichever group asks first",
    )
    t.throws(
      () => place.plan(twice("first")),
      /two groups would be called first: give one of them another name/,
    )
  },
)

t.test(
  "a group or task that stands outside, and that bodies alone are wired to, has the label of where it is declared",
  async (t) => {
    const place = memoryPlace(t)
    const outside = experiment("outside", {}, () => {
      const numbers = list({ numbers: [2, 1] }).list
      const squares = each("squares", numbers, (number: number) => square({ number }).squared)
      const whole = sum({}, { numbers: squares }, { of: "squares" }).sum
      const outer = each("outer", numbers, (number: number) => {
        const own = square({ number })
        const inner = each("inner", numbers, () => increment({}, { number: own.squared }).incremented)
        return {
          first: increment({}, { number: whole }).incremented,
          inner: sum({}, { numbers: inner }, { of: "inner" }).sum,
        }
      })
      return { inner: outer.inner, first: outer.first }
    })
    const { recorder, summary } = await place.run(outside, { joining: [...joining, sum] })
    t.same(summary.counts.failed + summary.counts.skipped, 0)
    t.same([...summary.groups.keys()].map(({ label }) => label).sort(), [
      "inner@outer=1",
      "inner@outer=2",
      "outer",
      "squares",
    ])
    t.same(
      Object.keys(recorder.tasks)
        .filter((label) => /squares|^square@/.test(label))
        .sort(),
      ["square@outer=1", "square@outer=2", "square@squares=1", "square@squares=2", "sum@of=squares"],
    )
  },
)

t.test("an item more renames no task of the others, whatever tells those of a body apart", async (t) => {
  const place = memoryPlace(t)
  const twice = (numbers: ReadonlyArray<number>) =>
    experiment("twice", {}, () => {
      const both = each("numbers", list({ numbers: [...numbers] }).list, (number: number) => ({
        first: square({ number }).squared,
        second: square({ number: number + 10 }).squared,
      }))
      return [
        sum({}, { numbers: both.first }, { of: "first" }).sum,
        sum({}, { numbers: both.second }, { of: "second" }).sum,
      ]
    })
  const labels = async (numbers: ReadonlyArray<number>) =>
    Object.keys((await place.run(twice(numbers), { joining })).recorder.tasks).filter((label) =>
      label.startsWith("square"),
    )
  const one = await labels([3])
  t.same(one, ["square@number=3+numbers=3", "square@number=13+numbers=3"])
  t.same(
    (await labels([3, 13])).filter((label) => label.includes("numbers=3")),
    one,
  )
})

t.test(
  "a group in a group of its own name is refused at its first item, not once two of them collide",
  async (t) => {
    const place = memoryPlace(t)
    const nested = experiment("nested", {}, () => {
      const numbers = list({ numbers: [1] }).list
      return each("same", numbers, () => {
        const inner = each("same", numbers, (number: number) => square({ number }).squared)
        return sum({}, { numbers: inner }).sum
      })
    })
    const { recorder } = await place.run(nested, { joining: [...joining, sum] })
    const [failed] = recorder.of("group-finished").filter(({ group }) => group === "same")
    t.match(
      failed?.error?.message,
      /at 1: the group same stands in another of that name: give one of them another name/,
    )
  },
)
