// What an upstream value decides: tasks that are needed only where it says so, and branches between which it chooses.
import * as Schema from "effect/Schema"
import t from "tap"
import { experiment, match, optional, stage, when } from "../../../../engine/declare/index.ts"
import { controlledStage } from "../../../../engine/testing/controlled-stage.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { choose, fit, prepare, report, take } from "../../support/choosing.ts"

const params = { method: Schema.String, deep: Schema.Boolean }

const forests = experiment("forests", params, (given) => {
  const { choice } = choose(given)
  const { rows } = prepare({})
  const forest = when(choice, ["method"], ["forest", "trees"], () => {
    const first = fit({ salt: 1 }, { rows }, { n: 1 })
    const deeper = when(choice, ["deep"], true, () => fit({ salt: 2 }, { rows: first.model }, { n: 2 }).model)
    return { model: first.model, deeper }
  })
  return { text: report({}, { forest: forest.model, deeper: forest.deeper }).text }
})

t.test("what a value decides against does not run, nor what only that needs", async (t) => {
  const place = memoryPlace(t)
  const ran = async (method: string, deep: boolean) => {
    const { recorder, summary } = await place.run(forests, { params: { method, deep } })
    return { tasks: recorder.tasks, counts: summary.counts, outputs: recorder.outputs }
  }
  const without = await ran("linear", true)
  t.same(without.tasks, {
    choose: "ran",
    report: "ran",
    prepare: "not-needed",
    "fit@n=1": "not-needed",
    "fit@n=2": "not-needed",
  })
  t.same(without.counts, { ran: 2, cached: 0, failed: 0, skipped: 0, notNeeded: 3 })
  const shallow = await ran("trees", false)
  t.same(shallow.tasks, {
    choose: "ran",
    prepare: "ran",
    "fit@n=1": "ran",
    report: "ran",
    "fit@n=2": "not-needed",
  })
  const deep = await ran("forest", true)
  t.same(deep.tasks, {
    choose: "ran",
    prepare: "cached",
    "fit@n=1": "cached",
    "fit@n=2": "ran",
    report: "ran",
  })
  const back = await ran("linear", true)
  t.same(back.counts, { ran: 0, cached: 2, failed: 0, skipped: 0, notNeeded: 3 }, "what ran stays cached")
})

t.test(
  "a plan says what is not needed, and of what is behind an undecided condition which task decides",
  async (t) => {
    const place = memoryPlace(t)
    const planned = async (method: string) => {
      const previews = await place.preview(forests, { params: { method, deep: true } })
      return Object.fromEntries(
        previews.map(({ task, status, waitsFor, why }) => [
          task.label,
          [status, ...waitsFor.map(({ label }) => label), ...why.map(({ reason }) => reason)],
        ]),
      )
    }
    t.same(await planned("linear"), {
      choose: ["will-run", "never-ran"],
      prepare: ["undecided", "choose"],
      "fit@n=1": ["undecided", "choose"],
      "fit@n=2": ["undecided", "choose"],
      report: ["will-run", "upstream"],
    })
    await place.run(forests, { params: { method: "linear", deep: true } })
    t.same(await planned("linear"), {
      choose: ["cached", "never-ran"],
      prepare: ["not-needed", "not-needed"],
      "fit@n=1": ["not-needed", "not-needed"],
      "fit@n=2": ["not-needed", "not-needed"],
      report: ["cached", "never-ran"],
    })
    const [unneeded] = (await place.preview(forests, { params: { method: "linear", deep: true } })).filter(
      ({ task }) => task.label === "fit@n=1",
    )
    t.match(unneeded!.why, [
      { task: "choose", output: "choice", path: ["method"], value: "linear", branches: ["forest", "trees"] },
    ])
  },
)

t.test("a branch starts once the value is there, whatever else its reader waits for", async (t) => {
  const slow = controlledStage("slow")
  const branch = controlledStage("branch")
  const both = stage("both", {
    params: Schema.Struct({}),
    inputs: { slow: "value", branch: optional("value") },
    outputs: { out: "value" },
    run: ({ inputs }) => ({ out: [inputs.slow, inputs.branch ?? null] }),
  })
  const one = experiment("one", {}, () => {
    const { choice } = choose({ method: "a", deep: true })
    const chosen = when(choice, ["method"], "a", () => branch.stage({ id: "b" }, { given: {} }).value)
    return both({}, { slow: slow.stage({ id: "s" }, { given: {} }).value, branch: chosen }).out
  })
  const running = memoryPlace(t).run(one, { jobs: 2 })
  const slower = await slow.next()
  ;(await branch.next()).succeed(1)
  slower.succeed(2)
  t.same((await running).recorder.tasks, { choose: "ran", branch: "ran", slow: "ran", both: "ran" })
})

const matched = experiment("matched", params, (given) => {
  const { choice } = choose(given)
  const { rows } = prepare({})
  const { model } = match(choice, ["method"], {
    forest: () => fit({ salt: 1 }, { rows }, { n: 1 }),
    linear: () => fit({ salt: 2 }, { rows }, { n: 2 }),
  })
  return { taken: take({}, { model }).taken, model }
})

t.test("a match is the output of the branch that the value names, in keys too", async (t) => {
  const place = memoryPlace(t)
  const byHand = experiment("by-hand", {}, () => {
    const { model } = fit({ salt: 2 }, { rows: prepare({}).rows }, { n: 2 })
    return { taken: take({}, { model }).taken, model }
  })
  const { recorder, summary } = await place.run(matched, { params: { method: "linear", deep: false } })
  t.same(recorder.tasks, {
    choose: "ran",
    prepare: "ran",
    "fit@n=2": "ran",
    take: "ran",
    "fit@n=1": "not-needed",
  })
  t.same(
    summary.plan.results.map(({ name, output }) => [name, output.source._tag]),
    [
      ["taken", "Task"],
      ["model", "Task"],
    ],
  )
  const hand = await place.run(byHand)
  t.same(hand.recorder.tasks, { prepare: "cached", "fit@n=2": "cached", take: "cached" })
})

t.test("a value without a branch fails what takes it, and says what there is", async (t) => {
  const { recorder, summary } = await memoryPlace(t).run(matched, {
    params: { method: "bayes", deep: false },
    keepGoing: true,
  })
  const [failed] = recorder.of("task-finished").filter(({ task }) => task === "take")
  t.equal(failed!.status, "failed")
  t.equal(
    failed!.error!.message,
    '"method" of the output choice of choose is "bayes", for which its match has no branch: there is forest, linear',
  )
  t.ok(summary.counts.failed > 0)
})

t.test("a result that alone is decided on fails its branches where nothing can be decided", async (t) => {
  const alone = experiment("alone", params, (given) => {
    const { rows } = prepare({})
    return when(choose(given).choice, ["size"], 1, () => fit({ salt: 1 }, { rows }).model)
  })
  const { recorder } = await memoryPlace(t).run(alone, { params: { method: "a", deep: false } })
  t.same(recorder.tasks, { choose: "ran", fit: "failed", prepare: "skipped" })
  const [failed] = recorder.of("task-finished").filter(({ task }) => task === "fit")
  t.match(failed!.error!.message, /"size" of the output choice of choose, which has no such field/)
})
