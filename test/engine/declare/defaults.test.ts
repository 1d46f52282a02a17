// Fields of a stage's params that have a default may be left out at a call, and are in the key all the same.
import * as Schema from "effect/Schema"
import t from "tap"
import { canonical } from "../../../engine/content/canonical.ts"
import { bound, experiment, stage } from "../../../engine/declare/index.ts"
import { encodeParams } from "../../../engine/declare/params.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"
import { thrown } from "../support/thrown.ts"

const encoded = (schema: Schema.Schema.AnyNoContext, params: unknown): string =>
  canonical(encodeParams("fit", schema, params))

const inner = Schema.Struct({
  width: Schema.Number,
  bias: Schema.optionalWith(Schema.Boolean, { default: () => true }),
})
const optional = Schema.optionalWith(Schema.Number, { default: () => 0.5 })
const sgd = Schema.Struct({ type: Schema.Literal("sgd"), rate: optional })
const adam = Schema.Struct({ type: Schema.Literal("adam"), beta: optional })

interface Tree {
  readonly leaf: number
  readonly below?: Tree
}
const tree: Schema.Schema<Tree, { readonly leaf?: number; readonly below?: never }> = Schema.Struct({
  leaf: Schema.optionalWith(Schema.Number, { default: () => 1, exact: true }),
  below: Schema.optionalWith(
    Schema.suspend(() => tree),
    { exact: true },
  ),
}) as never

/** Every way to say a default, and every place that a struct may stand in: the schema, what is given, and the whole. */
const ways: Readonly<Record<string, readonly [Schema.Schema.AnyNoContext, unknown, unknown]>> = {
  "optionalWith a default": [Schema.Struct({ rate: optional }), {}, { rate: 0.5 }],
  "exact and nullable": [
    Schema.Struct({
      a: Schema.optionalWith(Schema.Number, { default: () => 1, exact: true }),
      b: Schema.optionalWith(Schema.Number, { default: () => 2, nullable: true }),
    }),
    {},
    { a: 1, b: 2 },
  ],
  "a constructor's default": [
    Schema.Struct({
      rate: Schema.Number.pipe(
        Schema.propertySignature,
        Schema.withConstructorDefault(() => 0.5),
      ),
    }),
    {},
    { rate: 0.5 },
  ],
  "a decoding default": [
    Schema.Struct({ rate: Schema.optional(Schema.Number).pipe(Schema.withDecodingDefault(() => 0.5)) }),
    {},
    { rate: 0.5 },
  ],
  "both defaults": [
    Schema.Struct({
      rate: Schema.optional(Schema.Number).pipe(
        Schema.withDefaults({ constructor: () => 0.5, decoding: () => 0.25 }),
      ),
    }),
    {},
    { rate: 0.5 },
  ],
  "an annotation": [
    Schema.Struct({
      rate: Schema.Number.annotations({ default: 0.5 }),
      size: Schema.Int.pipe(Schema.positive()).annotations({ default: 8 }),
      note: Schema.optional(Schema.String.annotations({ default: "none" })),
    }),
    {},
    { rate: 0.5, size: 8, note: "none" },
  ],
  "a default that is encoded otherwise": [
    Schema.Struct({ rate: Schema.optionalWith(Schema.NumberFromString, { default: () => 0.5 }) }),
    {},
    { rate: 0.5 },
  ],
  "a tag": [Schema.TaggedStruct("sgd", { rate: optional }), {}, { _tag: "sgd", rate: 0.5 }],
  undefined: [Schema.Struct({ rate: optional }), { rate: undefined }, { rate: 0.5 }],
  "a field inside": [Schema.Struct({ inner }), { inner: { width: 1 } }, { inner: { width: 1, bias: true } }],
  "a field inside a default": [
    Schema.Struct({ inner: Schema.optionalWith(inner, { default: () => ({ width: 1, bias: true }) }) }),
    { inner: { width: 2 } },
    { inner: { width: 2, bias: true } },
  ],
  "in lists": [
    Schema.Struct({
      all: Schema.Array(inner),
      some: Schema.NonEmptyArray(inner),
      two: Schema.Tuple(inner, inner),
    }),
    {
      all: [{ width: 1 }],
      some: [{ width: 2 }, { width: 3, bias: false }],
      two: [{ width: 4 }, { width: 5 }],
    },
    {
      all: [{ width: 1, bias: true }],
      some: [
        { width: 2, bias: true },
        { width: 3, bias: false },
      ],
      two: [
        { width: 4, bias: true },
        { width: 5, bias: true },
      ],
    },
  ],
  "in records": [
    Schema.Record({ key: Schema.String, value: inner }),
    { a: { width: 1 } },
    { a: { width: 1, bias: true } },
  ],
  "in a union": [Schema.Union(sgd, adam), { type: "adam" }, { type: "adam", beta: 0.5 }],
  "in a filtered struct": [
    Schema.Struct({ rate: optional }).pipe(Schema.filter(() => true)),
    {},
    { rate: 0.5 },
  ],
  "in an extended struct": [
    Schema.extend(sgd, Schema.Struct({ inner })),
    { type: "sgd", inner: { width: 1 } },
    { type: "sgd", rate: 0.5, inner: { width: 1, bias: true } },
  ],
  "in a picked struct": [sgd.pick("rate"), {}, { rate: 0.5 }],
  "in what contains itself": [
    tree,
    { below: { below: {} } },
    { leaf: 1, below: { leaf: 1, below: { leaf: 1 } } },
  ],
}

t.test("what is encoded is the same whether a default was left out or written out", async (t) => {
  for (const [way, [schema, given, whole]] of Object.entries(ways))
    t.equal(encoded(schema, given), encoded(schema, whole), way)
})

t.test("what was given is never changed, and what cannot be completed is refused as before", async (t) => {
  const given = { inner: { width: 1 } }
  encoded(Schema.Struct({ inner }), given)
  t.same(given, { inner: { width: 1 } })
  t.match(
    thrown(() => encoded(Schema.Struct({ inner }), {})).message,
    /^fit: inner is missing: an object with width, bias/,
  )
  t.match(thrown(() => encoded(Schema.Struct({ inner }), { inner: {} })).message, /inner\.width is missing/)
  t.match(
    thrown(() => encoded(Schema.Struct({ rate: optional }), { rates: 1 })).message,
    /no field "rates"; did you mean "rate"/,
  )
  const alike = Schema.Union(Schema.Struct({ rate: optional }), Schema.Struct({ beta: optional }))
  t.match(
    thrown(() => encoded(alike, {})),
    { _tag: "ParamError" },
    "which of two is not guessed",
  )
  t.equal(encoded(Schema.Union(Schema.Struct({ rate: optional }), Schema.Struct({})), {}), "{}")
})

const chosen = stage("chosen", {
  params: Schema.Struct({}),
  inputs: {},
  outputs: { whole: "value", part: "value" },
  run: () => ({ whole: { type: "adam" }, part: 3 }),
})
const fit = stage("fit", {
  params: Schema.Struct({ epochs: optional, optimizer: Schema.Union(sgd, adam), layer: inner }),
  inputs: {},
  outputs: { params: "value" },
  run: ({ params }) => ({ params: { ...params } }),
})

t.test(
  "a task is cached whether its defaults were left out or written out, bound params among the rest",
  async (t) => {
    const place = memoryPlace(t)
    const wired = (left: boolean) =>
      experiment("defaults", {}, () => {
        const { whole, part } = chosen({})
        const bias = left ? {} : { bias: true }
        return [
          fit({
            ...(left ? {} : { epochs: 0.5 }),
            optimizer: { type: "sgd", rate: 1 },
            layer: { width: 1, ...bias },
          }),
          fit(
            {
              ...(left ? {} : { epochs: 0.5 }),
              optimizer: bound(whole),
              layer: { width: bound(part), ...bias },
            },
            {},
            { bound: "yes" },
          ),
        ]
      })
    const first = await place.run(wired(true))
    t.same(first.recorder.tasks, { chosen: "ran", fit: "ran", "fit@bound=yes": "ran" })
    t.same((await place.run(wired(false))).recorder.tasks, {
      chosen: "cached",
      fit: "cached",
      "fit@bound=yes": "cached",
    })
    const { params } = first.recorder.outputs["fit@bound=yes"]!
    t.same(JSON.parse(new TextDecoder().decode(place.store.read(params as never))), {
      epochs: 0.5,
      optimizer: { type: "adam", beta: 0.5 },
      layer: { width: 3, bias: true },
    })
  },
)

t.test("a label says what a task is given, not what was written", async (t) => {
  const rated = stage("rated", {
    params: Schema.Struct({ rate: optional }),
    inputs: {},
    outputs: { rate: "value" },
    run: ({ params }) => ({ rate: params.rate }),
  })
  const labels = memoryPlace(t)
    .plan(experiment("labels", {}, () => [rated({}), rated({ rate: 0.25 })]))
    .tasks.map(({ label }) => label)
  t.same(labels, ["rated@rate=0.5", "rated@rate=0.25"])
})
