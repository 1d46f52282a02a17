// Experiments that call experiments: the same graph, under labels of their own, computed once.
import * as Schema from "effect/Schema"
import t from "tap"
import { bound, each, experiment, many, repeat, stage, use } from "../../../engine/declare/index.ts"
import { plan } from "../../../engine/plan/plan.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"

const clean = stage("clean", {
  params: Schema.Struct({ threshold: Schema.Number }),
  inputs: {},
  outputs: { rows: "value", list: "value" },
  run: ({ params }) => ({ rows: params.threshold * 10, list: [1, 2] }),
})
const sum = stage("sum", {
  params: Schema.Struct({ factor: Schema.Number }),
  inputs: { rows: many("value") },
  outputs: { metrics: "metrics" },
  run: ({ params, inputs }) => ({
    metrics: { total: Object.values(inputs.rows).reduce<number>((a, b) => a + Number(b) * params.factor, 0) },
  }),
})
const number = Schema.Number.annotations({ default: 1 })
const survey = experiment("survey", { threshold: number, factor: number }, ({ threshold, factor }) => {
  const { rows } = clean({ threshold })
  return { rows, test: sum({ factor }, { rows: { rows } }) }
})
const labels = (experimentOf: Parameters<typeof plan>[0]) =>
  plan(experimentOf, Object.fromEntries(Object.keys(experimentOf.params).map((name) => [name, 1])))
    .tasks.map(({ label }) => label as string)
    .sort()

t.test("what a call wires has the called one's name as an axis, whatever else is wired", async (t) => {
  const alone = experiment("alone", {}, () => use(survey))
  t.same(labels(alone), ["clean@of=survey", "sum@of=survey"])
  const beside = experiment("beside", {}, () => ({
    own: [clean({ threshold: 1 }), clean({ threshold: 2 })],
    survey: use(survey),
  }))
  t.same(labels(beside), ["clean@of=survey", "clean@threshold=1", "clean@threshold=2", "sum@of=survey"])
  t.same(
    plan(beside, {})
      .results.map(({ name }) => name)
      .filter((name) => name.startsWith("survey")),
    ["survey.rows", "survey.test.metrics"],
  )
})

t.test("the same twice is told apart by a name; calls in calls and repetitions have theirs", async (t) => {
  const twice = experiment("twice", {}, () => [use(survey), use(survey, { threshold: 2 })])
  t.throws(() => labels(twice), {
    _tag: "DeclarationError",
    message: /"survey" is called twice: .*use\(experiment, params, "name"\)/,
  })
  const named = experiment("named", {}, () => [use(survey), use(survey, { threshold: 2 }, "strict")])
  t.same(labels(named), ["clean@of=strict", "clean@of=survey", "sum@of=strict", "sum@of=survey"])
  const outer = experiment("outer", {}, () => use(named))
  t.same(labels(outer)[0], "clean@of=named.strict")
  const seeds = experiment("seeds", {}, () => repeat([5, 7], (seed) => use(survey, { factor: seed })))
  t.same(labels(seeds), ["clean@of=survey", "sum@of=survey+seed=5", "sum@of=survey+seed=7"])
  const grouped = experiment("grouped", {}, () => {
    const { list } = clean({ threshold: 1 })
    return each("items", list, (item: number) => clean({ threshold: item }))
  })
  const both = plan(
    experiment("both", {}, () => [use(grouped), use(grouped, {}, "again")]),
    {},
  )
  t.same(
    both.steps.flatMap((step) => ("_tag" in step ? [step.label as string] : [])),
    ["grouped.items", "again.items"],
  )
})

t.test("outputs of a call are wired on, and equal work of both is done once", async (t) => {
  const place = memoryPlace(t)
  const outer = experiment("outer", {}, () => {
    const { rows } = use(survey, { threshold: 3 })
    const own = clean({ threshold: 3 }, {}, { own: "yes" })
    return { test: sum({ factor: bound(own.rows) }, { rows: { theirs: rows } }) }
  })
  const { recorder } = await place.run(outer)
  t.equal(recorder.of("task-started").filter(({ stage }) => stage === "clean").length, 1, "one key, one run")
  const { recorder: again } = await place.run(survey, { params: { threshold: 3 } })
  t.same(again.tasks, { clean: "cached", sum: "ran" }, "no key has the name of an experiment")
})

t.test("params are the called one's, with its defaults; an experiment cannot call itself", async (t) => {
  const wired = (wire: () => unknown) => () => labels(experiment("outer", {}, wire))
  t.throws(
    wired(() => use(survey, { treshold: 1 } as never)),
    { message: /use\(survey, …\): .*no param "treshold"; did you mean "threshold"\?/ },
  )
  t.throws(
    wired(() => use(survey, { threshold: "x" } as never)),
    { message: /use\(survey, …\): param "threshold"/ },
  )
  const strict = experiment("strict", { n: Schema.Number }, ({ n }) => clean({ threshold: n }))
  t.throws(
    wired(() => use(strict)),
    { message: 'use(strict, …): param "n" has no default: give it a value' },
  )
  const own: { readonly loop: Parameters<typeof use>[0] } = {
    loop: experiment("loop", {}, () => use(own.loop)) as never,
  }
  t.throws(() => labels(own.loop), { message: 'the experiment "loop" calls itself: loop → loop' })
  t.throws(
    wired(
      () =>
        clean({ threshold: 1 }, {}, { of: "mine" }) &&
        use(experiment("axis", {}, () => clean({ threshold: 1 }, {}, { of: "mine" }))),
    ),
    { message: /the axis of names the experiment that is called/ },
  )
})
