import * as Schema from "effect/Schema"
import fc from "fast-check"
import t from "tap"
import { type AnyExperiment, experiment, stage } from "../../../engine/declare/index.ts"
import { experimentParams } from "../../../engine/declare/params.ts"
import { mostTasks } from "../../../engine/declare/wiring.ts"
import { labelOf } from "../../../engine/plan/labels.ts"
import { plan } from "../../../engine/plan/plan.ts"
import { count } from "../../counts.ts"
import { thrown } from "../support/thrown.ts"

const work = stage("work", {
  params: Schema.Struct({ item: Schema.Unknown }),
  inputs: {},
  outputs: { done: "value" },
  run: () => ({ done: 0 }),
})
const over = experiment(
  "over",
  {
    items: Schema.Array(Schema.Unknown).annotations({ default: ["a"] }),
    widths: Schema.Array(Schema.Number).annotations({ default: [64, 64] }),
  },
  ({ items }) => items.map((item) => work({ item }, {}, { item: item as string })),
) as AnyExperiment
const planned = (...sets: ReadonlyArray<string>) => plan(over, experimentParams(over, sets))
const labels = (items: string): ReadonlyArray<string> =>
  planned(`items=${items}`).tasks.map(({ label }) => label)

t.test("two items have two labels, whatever script they are written in", async (t) => {
  const made = labels('["日本","中国","a b","a_b","é","e\\u0301","x/y","x y","","_"]')
  t.equal(new Set(made.map((label) => label.toLowerCase())).size, 10)
  for (const label of made) t.match(label, /^work@item=[A-Za-z0-9._-]*$/)
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.oneof(fc.string({ unit: "binary" }), fc.string()), { minLength: 2, maxLength: 8 }),
      (items) => new Set(items.map((item) => labelOf("work", { item }))).size === items.length,
    ),
    { numRuns: count(50, 20_000) },
  )
})

t.test("an item that is its own safe form is its label, and no digest stands in it", async (t) => {
  t.same(labels("0.5,a_b,1e-7,yes"), ["work@item=0.5", "work@item=a_b", "work@item=1e-7", "work@item=yes"])
  const [marked = ""] = labels('"a b"')
  const item = marked.slice("work@item=".length)
  t.match(item, /^a_b-[0-9a-f]{12}$/)
  t.notSame(labels(item), [marked], "a name that looks like another's label is no such label")
})

t.test(
  "an item that is given twice is refused by its place, also when it is written otherwise",
  async (t) => {
    const refused: Readonly<Record<string, RegExp>> = {
      "0.5,0,5e-1": /called work@item=0\.5: items\[2\] is 0\.5, as items\[0\] is; leave one of them out/,
      '"a","b","a"': /items\[2\] is "a", as items\[0\] is/,
    }
    for (const [items, message] of Object.entries(refused))
      t.match(
        thrown(() => labels(items)),
        { _tag: "DeclarationError", message },
        items,
      )
    t.same(planned().tasks.length, 1, "a list that is no axis may hold a value twice")
    t.match(
      thrown(() => labels("a,A")),
      { message: /work@item=a and work@item=A.*more than case/ },
    )
  },
)

t.test("an empty list that leaves nothing to run is named", async (t) => {
  t.match(
    thrown(() => labels("[]")),
    {
      _tag: "DeclarationError",
      message: /returns no task: items is an empty list/,
    },
  )
})

t.test("an axis that no label can hold is refused where it is declared", async (t) => {
  const wired = (axes: Record<string, unknown>) =>
    thrown(() => plan(experiment("one", {}, () => work({ item: 0 }, {}, axes as never)) as AnyExperiment, {}))
  t.match(wired({ a: -0 }), { _tag: "DeclarationError", message: /work: the axis a is -0.*write 0/ })
  t.match(wired({ a: Number.NaN }), { message: /the axis a is NaN/ })
  t.match(wired({ a: "x\u0007" }), { message: /the axis a holds the control character U\+0007/ })
  t.match(wired({ "a\u001b": 1 }), { message: /the name of an axis holds the control character/ })
  t.match(wired({ a: { b: 1 } }), { message: /the axis a is no number and no text/ })
})

t.test(
  "params that a stage does not take are found when planned, not after all that they wait for",
  async (t) => {
    const strict = stage("strict", {
      params: Schema.Struct({ n: Schema.Int }),
      inputs: { given: "value" },
      outputs: { n: "value" },
      run: () => ({ n: 0 }),
    })
    const late = (n: number) =>
      thrown(() =>
        plan(
          experiment("late", {}, () => strict({ n }, { given: work({ item: 0 }).done })) as AnyExperiment,
          {},
        ),
      )
    t.match(late(0.5), { _tag: "ParamError", message: /strict: n is 0\.5: a whole number is wanted/ })
    t.match(late(-0), { _tag: "CanonicalError", message: /strict: params\.n.*-0/ })
  },
)

t.test("a grid that no machine could hold is refused before memory ends", async (t) => {
  let called = 0
  const huge = experiment("huge", {}, () => {
    for (;;) {
      called++
      work({ item: called })
    }
  }) as AnyExperiment
  t.match(
    thrown(() => plan(huge, {})),
    {
      _tag: "DeclarationError",
      message: /more than 1,000,000 tasks.*of work: shorten/,
    },
  )
  t.equal(called, mostTasks + 1)
  t.equal(planned().tasks.length, 1, "the next plan counts from none")
})
