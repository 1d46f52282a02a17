// What a wrong value is told, for every sort of schema: in our words, never in those of the library that checks.
import * as Schema from "effect/Schema"
import t from "tap"
import { experiment } from "../../../engine/declare/index.ts"
import { fieldIssueText, isParseError } from "../../../engine/declare/issue-text.ts"
import { experimentParams } from "../../../engine/declare/params.ts"
import { thrown } from "../support/thrown.ts"

const share = Schema.Number.pipe(Schema.between(0, 1))
const even = (n: number) => n % 2 === 0
const pair = Schema.Struct({ low: Schema.Number, high: Schema.Number })

const kinds: ReadonlyArray<readonly [Schema.Schema.AnyNoContext, text: string, said: string]> = [
  [
    Schema.Literal("loss", "accuracy").annotations({ default: "loss" }),
    "x",
    '"loss" or "accuracy" is wanted; such as --set p=loss',
  ],
  [Schema.Int.annotations({ default: 1 }), "1.5", "p is 1.5: a whole number is wanted; such as --set p=1"],
  [Schema.Int, "1e30", "one within ±9007199254740991"],
  [Schema.Finite, "1e999", "p is Infinity: a number is wanted, and a finite one"],
  [
    Schema.NonEmptyArray(share).annotations({ default: [0, 0.5] }),
    "2",
    "p[0] is 2: a number from 0 to 1 is wanted; such as --set p=0,0.5",
  ],
  [
    Schema.NullOr(Schema.Int.pipe(Schema.positive())),
    "0",
    "p is 0: a whole number above 0 or null is wanted",
  ],
  [
    Schema.Record({ key: Schema.String, value: share }),
    '{"a":2}',
    "p.a is 2: a number from 0 to 1 is wanted",
  ],
  [
    Schema.Record({ key: Schema.String.pipe(Schema.pattern(/^a/)), value: share }),
    '{"b":1}',
    'p has a field "b": text that matches /^a/ is wanted as its name',
  ],
  [
    Schema.Struct({ inner: Schema.Struct({ n: share }) }),
    '{"inner":{"n":3}}',
    "p.inner.n is 3: a number from 0 to 1 is wanted",
  ],
  [
    Schema.Struct({ n: Schema.optionalWith(share, { default: () => 1 }) }),
    '{"n":-1}',
    "p.n is -1: a number from 0 to 1 is wanted",
  ],
  [
    Schema.Number.pipe(Schema.filter(even, { message: () => "take an even one" })),
    "3",
    "p is 3: take an even one",
  ],
  [Schema.Number.pipe(Schema.filter((n) => even(n) || "take an even one")), "3", "p is 3: take an even one"],
  [
    Schema.Number.pipe(Schema.filter(even)),
    "3",
    "p is 3: a number is wanted, and a check of its own refuses this one",
  ],
  [
    Schema.Number.pipe(Schema.filter(even, { identifier: "Even" })),
    "3",
    "p is 3: a value of the type Even is wanted",
  ],
  [
    pair.pipe(Schema.filter(({ low, high }) => low < high || { path: ["low"], message: "it is below high" })),
    '{"low":3,"high":2}',
    "p.low is 3: it is below high",
  ],
  [
    Schema.Array(Schema.Number).pipe(
      Schema.filter((all) => all.length < 3 || { path: [2], message: "one too many" }),
    ),
    "1,2,9",
    "p[2] is 9: one too many",
  ],
  [Schema.NumberFromString, '"x"', 'p is "x": text that reads as a number is wanted'],
  [Schema.URL, ":::", 'p is ":::": a value of the type URL is wanted'],
  [Schema.String.pipe(Schema.length(3)), "ab", 'p is "ab": text of 3 characters is wanted'],
]

t.test(
  "whatever its schema, a wrong value is told with its place, what it is, and what is wanted",
  async (t) => {
    for (const [schema, text, said] of kinds) {
      const declared = experiment("one", { p: schema }, () => ({}))
      const { _tag, message } = thrown(() => experimentParams(declared as never, [`p=${text}`]))
      t.equal(_tag, "ParamError")
      t.ok(message.includes(said), `${message} says: ${said}`)
      t.notMatch(message, /\n|Expected|actual|Predicate|refinement|Struct|undefined|└/)
    }
  },
)

t.test("what a declaration decodes itself is told in the same words", async (t) => {
  const failed = (value: unknown) =>
    thrown(() => Schema.decodeUnknownSync(Schema.Struct({ rate: share }))(value)) as never
  t.ok(isParseError(failed({ rate: 2 })))
  t.notOk(isParseError(new Error("rate")))
  t.equal(fieldIssueText("it", failed({ rate: 2 })), "rate is 2: a number from 0 to 1 is wanted")
  t.equal(fieldIssueText("it", failed(3)), "it is 3: an object with rate is wanted")
})
