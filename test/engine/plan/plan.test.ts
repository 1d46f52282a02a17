import * as Schema from "effect/Schema"
import fc from "fast-check"
import t from "tap"
import { type AnyExperiment, type AnyStage, bound, experiment, stage } from "../../../engine/declare/index.ts"
import { experimentParams } from "../../../engine/declare/params.ts"
import { labelOf } from "../../../engine/plan/labels.ts"
import { type Plan, plan } from "../../../engine/plan/plan.ts"
import { restrictTo } from "../../../engine/plan/restrict.ts"
import { fit, nothing, pick, source, untyped } from "../support/small-stages.ts"
import { thrown } from "../support/thrown.ts"

const planning = (wire: () => unknown): Plan => plan(experiment("test", {}, wire) as AnyExperiment, {})
const labels = (wire: () => unknown): ReadonlyArray<string> => planning(wire).tasks.map(({ label }) => label)

t.test("labels are safe in every shell and file name, with axes in order of name", async () => {
  const axes = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(fc.string(), fc.double()))
  fc.assert(
    fc.property(axes, (axes) => {
      const label = labelOf("train", axes)
      return /^train(@[A-Za-z0-9._=+-]+)?$/.test(label) && label.length <= 200
    }),
  )
  t.equal(labelOf("train", { rate: 0.5, fold: 1 }), "train@fold=1+rate=0.5")
})

t.test("two long axis values that differ only at their ends keep different labels", async (t) => {
  const long = "x".repeat(300)
  t.not(labelOf("train", { name: `${long}a` }), labelOf("train", { name: `${long}b` }))
})

t.test("a lone task bears its stage's name; several bear the params in which they differ", async (t) => {
  t.same(
    labels(() => source({ seed: 1, name: "a" })),
    ["source"],
  )
  t.same(
    labels(() => [1, 2].map((seed) => source({ seed, name: "a" }))),
    ["source@seed=1", "source@seed=2"],
  )
})

t.test("a bound param is never an axis", async (t) => {
  const wired = () => {
    const { rows, size } = source({ seed: 1 })
    return [fit({ rate: bound(size) }, { rows }), fit({ rate: 1 }, { rows })]
  }
  t.same(labels(wired), ["source", "fit", "fit@rate=1"])
})

t.test("two tasks that would share a label are refused, with the remedy", async (t) => {
  const twice = () => [source({ seed: 1 }, {}, { a: "x" }), source({ seed: 2 }, {}, { a: "x" })]
  t.match(
    thrown(() => planning(twice)),
    { _tag: "DeclarationError", message: /source@a=x.*axes/ },
  )
  const differentWires = () => {
    const { rows, other } = source({ seed: 1 })
    return [fit({ rate: 1 }, { rows }), fit({ rate: 1 }, { rows: other })]
  }
  t.match(
    thrown(() => planning(differentWires)),
    { _tag: "DeclarationError" },
  )
})

t.test("labels that differ only by case are refused: some file systems cannot tell them apart", async (t) => {
  const twice = () => [source({ seed: 1 }, {}, { a: "X" }), source({ seed: 2 }, {}, { a: "x" })]
  t.match(
    thrown(() => planning(twice)),
    { _tag: "DeclarationError" },
  )
})

t.test("tasks stand upstream first, each once, and bound params make edges as inputs do", async (t) => {
  const made = planning(() => {
    const { rows, size } = source({ seed: 1 })
    const cells = [0, 1].map((rate) => fit({ rate }, { rows }))
    const best = pick({}, { scores: Object.fromEntries(cells.map(({ score }, i) => [`cell-${i}`, score])) })
    return { final: fit({ rate: bound(best.choice) }, { rows }, { final: 1 }), size, again: size }
  })
  t.same(
    made.tasks.map(({ label }) => label),
    ["source", "fit@rate=0", "fit@rate=1", "pick", "fit@final=1"],
  )
  const final = made.tasks.at(-1)!
  t.same(
    final.upstream.map(({ label }) => label),
    ["source", "pick"],
  )
  t.same(
    made.tasks.map(({ decisive }) => [...decisive]),
    [[], [], [], ["choice"], []],
    "only what a param is bound to decides",
  )
  t.same(
    made.results.map(({ name }) => name),
    ["final.score", "size", "again"],
  )
})

t.test("results in an array are named by their task's label", async (t) => {
  const made = planning(() => ({ cells: [1, 2].map((seed) => source({ seed })) }))
  t.ok(made.results.every(({ single }) => !single))
  t.match(made.results[0]!.name, /^source@seed=1\.rows$/)
})

t.test("--to keeps what a task or stage needs and nothing else", async (t) => {
  const whole = planning(() => {
    const { rows } = source({ seed: 1 })
    return [0, 1].map((rate) => fit({ rate }, { rows }))
  })
  const kept = (name: string) => restrictTo(whole, name).tasks.map(({ label }) => label)
  t.same(kept("fit@rate=1"), ["source", "fit@rate=1"])
  t.same(kept("fit"), ["source", "fit@rate=0", "fit@rate=1"])
  t.match(
    thrown(() => kept("fti")),
    { message: /no task or stage "fti"; did you mean "fit"/ },
  )
})

t.test("a param bound to anything but a value is refused", async (t) => {
  const wire = () => {
    const { rows } = source({ seed: 1 })
    return fit({ rate: untyped(bound(untyped(rows))) }, { rows })
  }
  t.match(
    thrown(() => planning(wire)),
    { _tag: "DeclarationError", message: /fit.*value.*table/ },
  )
})

t.test("two stages of one name are refused: only one of them could run", async (t) => {
  const other = stage("source", {
    params: nothing,
    inputs: {},
    outputs: { x: "text" },
    run: () => ({ x: "" }),
  })
  t.match(
    thrown(() => planning(() => [source({ seed: 1 }), (other as AnyStage)({}, {}, { b: 1 })])),
    {
      _tag: "DeclarationError",
      message: /two stages are called "source"/,
    },
  )
})

t.test("a stage or experiment whose name is not safe in a label is refused", async (t) => {
  const definition = { params: nothing, inputs: {}, outputs: {}, run: () => ({}) }
  for (const name of ["", "Train", "a b", "1st", "a/b"]) {
    t.throws(() => stage(name, definition), TypeError)
    t.throws(() => experiment(name, {}, () => 0), TypeError)
  }
})

const grid = experiment(
  "grid",
  {
    rates: Schema.Array(Schema.Number.pipe(Schema.between(0, 1))).annotations({ default: [0, 0.5] }),
    examples: Schema.Union(Schema.Int, Schema.Literal("all")).annotations({ default: 5000 }),
    tags: Schema.Array(Schema.String).annotations({ default: [] }),
    title: Schema.String.annotations({ default: "a grid", description: "what it is called" }),
    adam: Schema.Struct({ rate: Schema.Number, beta: Schema.Number }).annotations({
      default: { rate: 0.1, beta: 0.9 },
    }),
  },
  () => 0,
) as AnyExperiment
const set = (...assignments: ReadonlyArray<string>) => experimentParams(grid, assignments)

t.test("--set reads numbers, lists, words and nested paths as the schema wants them", async (t) => {
  t.same(set(), {
    rates: [0, 0.5],
    examples: 5000,
    tags: [],
    title: "a grid",
    adam: { rate: 0.1, beta: 0.9 },
  })
  t.same(set("rates=0,0.25, 1").rates, [0, 0.25, 1])
  t.same(set("rates=0.25").rates, [0.25])
  t.same(set("rates=[0.25]").rates, [0.25])
  t.same(set("rates=").rates, [])
  t.equal(set("examples=all").examples, "all")
  t.equal(set("title=12").title, "12")
  t.equal(set("title=a,b=c").title, "a,b=c")
  t.same(set("tags=v1,2").tags, ["v1", "2"])
  t.same(set("adam.rate=0.5").adam, { rate: 0.5, beta: 0.9 })
  t.same(set("adam.rate=0.5", "adam.beta=0").adam, { rate: 0.5, beta: 0 })
  t.equal(set("title=a", "title=b").title, "b")
})

t.test("a wrong --set is refused in one line that names the param and what was expected", async (t) => {
  const refused: ReadonlyArray<readonly [string, RegExp]> = [
    ["rate=1", /has no param "rate"; did you mean "rates"\?/],
    ["zzzzzzzzz=1", /there are: rates, examples, tags, title, adam/],
    ["rates=0,1.5", /rates=0,1\.5: rates\[1\] is 1\.5: a number from 0 to 1/],
    ["examples=many", /examples=many.*many/],
    ["examples=1.5", /examples=1\.5/],
    ["adam.rat=1", /adam\.rat/],
    ["adam.rate=fast", /adam\.rate=fast.*number/],
    ["rates", /write it as name=value/],
    ["=1", /write it as name=value/],
    ["__proto__=1", /no param "__proto__"/],
  ]
  for (const [assignment, message] of refused) {
    t.match(
      thrown(() => set(assignment)),
      { _tag: "ParamError", message },
      assignment,
    )
    t.match(
      thrown(() => set(assignment)),
      { message: /^[^\n]+$/ },
      `${assignment}, one line`,
    )
  }
})

t.test("a param without a default must be set, as a whole or field by field", async (t) => {
  const needy = experiment(
    "needy",
    { size: Schema.Struct({ width: Schema.Number }) },
    () => 0,
  ) as AnyExperiment
  t.match(
    thrown(() => experimentParams(needy, [])),
    {
      _tag: "ParamError",
      message: /"size" has no default.*--set size=/,
    },
  )
  t.same(experimentParams(needy, ["size.width=3"]), { size: { width: 3 } })
  t.match(
    thrown(() => experimentParams(needy, ["size.height=3"])),
    { _tag: "ParamError", message: /size\.height/ },
  )
})
