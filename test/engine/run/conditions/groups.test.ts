// Groups beside, over and around what upstream values decide on.
import * as Schema from "effect/Schema"
import t from "tap"
import {
  bound,
  each,
  experiment,
  group,
  match,
  optional,
  stage,
  when,
} from "../../../../engine/declare/index.ts"
import { memoryPlace } from "../../../../engine/testing/memory-place.ts"
import { choose, fit, prepare, report } from "../../support/choosing.ts"

const params = { method: Schema.String, deep: Schema.Boolean }

t.test("params are bound to, and groups made over, what a match comes to", async (t) => {
  const list = stage("list", {
    params: Schema.Struct({ numbers: Schema.Array(Schema.Number) }),
    inputs: {},
    outputs: { list: "value" },
    run: ({ params }) => ({ list: [...params.numbers] }),
  })
  const listed = stage("listed", {
    params: Schema.Struct({ first: Schema.Array(Schema.Number) }),
    inputs: { numbers: group("value") },
    outputs: { out: "value" },
    run: ({ params, inputs }) => ({ out: [params.first.length, inputs.numbers.length] }),
  })
  const one = experiment("one", params, (given) => {
    const numbers = match(choose(given).choice, ["deep"], {
      true: () => list({ numbers: [1, 2, 3] }, {}, { n: 3 }).list,
      false: () => list({ numbers: [4] }, {}, { n: 1 }).list,
    })
    const taken = each("numbers", numbers, (salt: number) => fit({ salt }, { rows: prepare({}).rows }).model)
    return listed({ first: bound(numbers) as never }, { numbers: taken }).out
  })
  const place = memoryPlace(t)
  const joining = [fit, prepare]
  const { summary } = await place.run(one, { joining, params: { method: "a", deep: true } })
  t.same(summary.counts, { ran: 7, cached: 2, failed: 0, skipped: 0, notNeeded: 1 })
})

t.test("conditions stand in bodies of groups, on values of their items", async (t) => {
  const numbers = stage("numbers", {
    params: Schema.Struct({}),
    inputs: {},
    outputs: { list: "value" },
    run: () => ({ list: ["forest", "linear"] }),
  })
  const texts = stage("texts", {
    params: Schema.Struct({}),
    inputs: { texts: group("value") },
    outputs: { out: "value" },
    run: ({ inputs }) => ({ out: inputs.texts.map(({ content }) => content) }),
  })
  const one = experiment("one", {}, () => {
    const reports = each("methods", numbers({}).list, (method: string) => {
      const { choice } = choose({ method, deep: false })
      const forest = when(choice, ["method"], "forest", () => fit({ salt: 1 }, { rows: choice }).model)
      return report({}, { forest }).text
    })
    return texts({}, { texts: reports }).out
  })
  const place = memoryPlace(t)
  const options = { joining: [choose, fit, report] }
  const { recorder } = await place.run(one, options)
  t.same(recorder.tasks, {
    numbers: "ran",
    "choose@methods=forest": "ran",
    "choose@methods=linear": "ran",
    "fit@methods=forest": "ran",
    "report@methods=forest": "ran",
    "report@methods=linear": "ran",
    texts: "ran",
    "fit@methods=linear": "not-needed",
  })
  const previews = await place.preview(one, options)
  t.equal(previews.find(({ task }) => task.label === "fit@methods=linear")!.status, "not-needed")
})

t.test("what a group needs joins although a condition elsewhere decided against it", async (t) => {
  const numbers = stage("numbers", {
    params: Schema.Struct({}),
    inputs: { after: "value" },
    outputs: { list: "value" },
    run: () => ({ list: [1, 2] }),
  })
  const texts = stage("texts", {
    params: Schema.Struct({}),
    inputs: { texts: group("value"), forest: optional("value") },
    outputs: { out: "value" },
    run: ({ inputs }) => ({ out: inputs.texts.map(({ content }) => content) }),
  })
  const one = experiment("one", params, (given) => {
    const { choice } = choose(given)
    const { rows } = prepare({})
    const forest = when(choice, ["method"], "forest", () => fit({ salt: 9 }, { rows }, { n: 9 }).model)
    const fits = each(
      "numbers",
      numbers({}, { after: choice }).list,
      (salt: number) => fit({ salt }, { rows }).model,
    )
    return texts({}, { texts: fits, forest }).out
  })
  const { recorder } = await memoryPlace(t).run(one, {
    joining: [fit],
    params: { method: "none", deep: false },
  })
  t.same(recorder.tasks, {
    choose: "ran",
    numbers: "ran",
    prepare: "ran",
    "fit@numbers=1": "ran",
    "fit@numbers=2": "ran",
    texts: "ran",
    "fit@n=9": "not-needed",
  })
})
