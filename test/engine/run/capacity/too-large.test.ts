// What takes more than there is: refused before anything runs, wherever in an experiment it is wired, and by its plan alike.
import * as Schema from "effect/Schema"
import t from "tap"
import { each, experiment, many, stage, when } from "../../../../engine/declare/index.ts"
import { PlannedRoom } from "../../../../engine/run/preview/planned-room.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"

/** A stage that gives a value; `ran` counts the tasks that ran. */
let ran = 0
const giving = (name: string) =>
  stage(name, {
    params: Schema.Struct({ id: Schema.String, gives: Schema.Unknown }),
    inputs: {},
    outputs: { value: "value" },
    run: ({ params }) => {
      ran++
      return { value: params.gives as never }
    },
  })
const [first, large, unheard] = [giving("first"), giving("large"), giving("unheard")]
/** As another load of the same modules leaves them in a process: known by their names. */
giving("large")
const gather = stage("gather", {
  params: Schema.Struct({}),
  inputs: { values: many("value") },
  outputs: { count: "value" },
  run: ({ inputs }) => ({ count: Object.keys(inputs.values).length }),
})

const grown = (gives: unknown) =>
  experiment("all", {}, () =>
    each("many", first({ id: "list", gives }, {}).value, (item) =>
      large({ id: item as string, gives: 1 }, {}),
    ),
  )
/** A group in a group: its stage is reached only when both lists are known. */
const nested = experiment("all", {}, () =>
  each("outer", first({ id: "list", gives: ["a"] }, {}).value, (outer) => {
    const inner = first({ id: `inner-${outer}`, gives: ["b"] }, {}).value
    const values = each("inner", inner, (item) => large({ id: item as string, gives: 1 }, {})).value
    return gather({}, { values }).count
  }),
)
const branched = (gives: string) =>
  experiment("all", {}, () => {
    const choice = first({ id: "choice", gives }, {}).value
    return { choice, large: when(choice, "large", () => large({ id: "x", gives: 1 }, {}).value) }
  })

const message = /^stage "large" takes 3 cores, and --jobs gives this run 2: say --jobs 3/
const tooLarge = { jobs: 2, policies: [{ large: { resources: { cores: 3 } } }], joining: [large, gather] }
const enough = { jobs: 2, joining: [large, gather] }

t.test("a stage that only a body or a branch reaches is refused before the first task", async (t) => {
  for (const wired of [grown(["x"]), nested, branched("large"), branched("small")]) {
    ran = 0
    await t.rejects(memoryPlace(t).run(wired, tooLarge), { message })
    t.equal(ran, 0)
  }
})

t.test("its plan says the same, and the plan of what fits nothing", async (t) => {
  const codes = new Map([
    ["large", undefined],
    ["gather", undefined],
  ]) as never
  for (const wired of [grown(["x"]), nested, branched("large"), branched("small")]) {
    const place = memoryPlace(t)
    const found = await place.previews(wired, enough)
    const { jobs, policies } = tooLarge
    t.match(new PlannedRoom({ jobs, policies, limits: {} }, codes).refusal(found)?.message, message)
    t.equal(new PlannedRoom({ jobs, policies: [], limits: {} }, codes).refusal(found), undefined)
    await place.run(wired, enough)
    const after = await place.previews(wired, enough)
    t.equal(new PlannedRoom({ jobs, policies, limits: {} }, codes).refusal(after), undefined, "it is cached")
  }
})

t.test("what is cached, decided against, or in no item of a list that is known needs no room", async (t) => {
  for (const wired of [grown(["x"]), nested, branched("large")]) {
    const place = memoryPlace(t)
    await place.run(wired, enough)
    t.match((await place.run(wired, tooLarge)).summary.counts, { ran: 0, failed: 0 })
  }
  const place = memoryPlace(t)
  await place.run(branched("small"), enough)
  t.match((await place.run(branched("small"), tooLarge)).summary.counts, { ran: 0, notNeeded: 1 })
  await place.run(grown([]), enough)
  t.match((await place.run(grown([]), tooLarge)).summary.counts, { ran: 0, failed: 0 })
})

t.test(
  "a stage whose task is cached is no reason to refuse; what a group then wires of it fails, in the same words",
  async (t) => {
    const place = memoryPlace(t)
    const wired = (salt: number) =>
      experiment("all", {}, () => {
        const items = first({ id: "list", gives: salt === 0 ? [] : ["x"] }, {}).value
        return [
          large({ id: "own", gives: 1 }, {}, { id: "own" }).value,
          each("many", items, (item) => large({ id: item as string, gives: 1 }, {})).value,
        ]
      })
    await place.run(wired(0), enough)
    const { summary, recorder } = await place.run(wired(1), { ...tooLarge, keepGoing: true })
    t.match(summary.counts, { ran: 1, cached: 1, failed: 1 })
    t.match(recorder.of("task-finished").find(({ status }) => status === "failed")!.error, {
      tag: "DoesNotFit",
      message,
    })
  },
)

t.test("a stage that no module reaches, and may not be wired, is in nobody's way", async (t) => {
  const policies = [{ unheard: { resources: { cores: 3 } } }]
  t.equal(unheard.stageName, "unheard")
  t.match((await memoryPlace(t).run(grown(["x"]), { ...enough, policies })).summary.counts, { ran: 2 })
})
