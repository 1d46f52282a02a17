import * as Schema from "effect/Schema"
import fc from "fast-check"
import t from "tap"
import { type AnyExperiment, experiment } from "../../../engine/declare/index.ts"
import { experimentParams } from "../../../engine/declare/params.ts"
import { count } from "../../counts.ts"
import { thrown } from "../support/thrown.ts"

const Rate = Schema.Number.pipe(Schema.greaterThanOrEqualTo(0), Schema.lessThan(1))
const Source = Schema.Struct({
  name: Schema.NonEmptyString,
  files: Schema.Struct({ first: Schema.Struct({ bytes: Schema.Int.pipe(Schema.positive()) }) }),
})
const declared = experiment(
  "declared",
  {
    rates: Schema.NonEmptyArray(Rate).annotations({ default: [0, 0.5] }),
    names: Schema.Array(Schema.String).annotations({ default: ["a"], description: "what they are called" }),
    pairs: Schema.Array(Schema.Struct({ a: Schema.Number })).annotations({ default: [] }),
    folds: Schema.Int.pipe(Schema.between(2, 10)).annotations({ default: 5 }),
    examples: Schema.Union(Schema.Int.pipe(Schema.positive()), Schema.Literal("all")).annotations({
      default: "all",
    }),
    source: Schema.Union(Schema.Literal("mnist", "fashion-mnist"), Source).annotations({ default: "mnist" }),
    title: Schema.String.annotations({ default: "a title" }),
    either: Schema.Union(Schema.String, Schema.Array(Schema.String)).annotations({ default: "one" }),
    anything: Schema.Unknown.annotations({ default: null }),
    on: Schema.Boolean.annotations({ default: true }),
  },
  () => 0,
) as AnyExperiment
const set = (...assignments: ReadonlyArray<string>) => experimentParams(declared, assignments)
const refusal = (...assignments: ReadonlyArray<string>) => {
  const failure = thrown(() => set(...assignments))
  return failure._tag === "ParamError" ? failure.message : `not refused as a param: ${String(failure)}`
}

t.test("a value that is JSON is read as JSON, and never cut at its commas", async (t) => {
  t.same(set('names=["a","b"]').names, ["a", "b"])
  t.same(set('names=["a,b","c"]').names, ["a,b", "c"])
  t.same(set('names="a,b"').names, ["a,b"])
  t.same(set('names="a,b","c"').names, ["a,b", "c"])
  t.same(set('pairs=[{"a":1},{"a":2}]').pairs, [{ a: 1 }, { a: 2 }])
  t.same(set('pairs={"a":1},{"a":2}').pairs, [{ a: 1 }, { a: 2 }])
  t.equal(set('title="a, b"').title, "a, b")
  t.same(set('either=["a","b"]').either, ["a", "b"])
})

t.test("a plain list of words or numbers stays a list where a list is wanted", async (t) => {
  t.same(set("rates=0,5e-1").rates, [0, 0.5])
  t.same(set("names=a, b").names, ["a", "b"])
  t.same(set("names=null,1,true").names, ["null", "1", "true"])
  t.equal(set("title=a,b").title, "a,b")
  t.same(set("rates.1=0.25").rates, [0, 0.25])
})

t.test("what could be meant in two ways is refused, with both ways to type it", async (t) => {
  t.match(refusal("either=a,b"), `--set 'either="a,b"' or --set 'either=["a","b"]'`)
  t.match(refusal("either="), `--set 'either=""' or --set 'either=[]'`)
  t.match(refusal("anything=a,b"), /text or a list/)
  t.match(refusal("names=[a,b]"), /looks like JSON but is none.*--set 'names=\["a","b"\]'.*--set names=a,b/)
  t.match(refusal('names=a,"b,c"'), /looks like JSON/)
  t.match(refusal("names=a,,b"), /item 1 is empty: there is a comma too many/)
})

t.test("a wrong param is refused in plain words, at its path, with what is wanted", async (t) => {
  const wrong: Readonly<Record<string, string>> = {
    "rates=0,0.2,x": '--set rates=0,0.2,x: rates[2] is "x": a number from 0 to below 1 is wanted',
    "rates=1": "rates[0] is 1: a number from 0 to below 1 is wanted",
    "rates=[]": "rates is an empty list: a list of at least one item, each a number",
    "rates.7=0": "rates is [0,0.5]: it has no item 7",
    "rates=NaN": 'rates[0] is "NaN": a number',
    "folds=1": "folds is 1: a whole number from 2 to 10 is wanted",
    "folds=2.5": "folds is 2.5: a whole number from 2 to 10 is wanted",
    "examples=-3": 'examples is -3: a whole number above 0 or "all" is wanted',
    "examples=al": 'examples is "al": a whole number above 0 or "all" is wanted; did you mean "all"?',
    "source=mnst":
      'source is "mnst": "mnist", "fashion-mnist" or an object with name, files is wanted; did you mean "mnist"?',
    'source={"nam":"a"}': 'source has no field "nam"; did you mean "name"?',
    'source={"name":"a"}': "source.files is missing: an object with first is wanted",
    'source={"name":"a","files":{"first":{"bytes":0}}}':
      "source.files.first.bytes is 0: a whole number above 0 is wanted",
    "source.name=x": "source.files is missing",
    "on=yes": 'on is "yes": true or false is wanted',
    "pairs.x.y=1": "pairs is an empty list: it has no item x",
    "a..b=1": "write it as name=value",
  }
  for (const [assignment, message] of Object.entries(wrong)) {
    const said = refusal(assignment)
    t.ok(said.includes(message), `${assignment} → ${said}`)
    t.notMatch(said, /\n|Expected|actual|└/, assignment)
  }
})

t.test(
  "a number or text that no key or title can hold is refused, wherever it stands in the params",
  async (t) => {
    const wrong: Readonly<Record<string, RegExp>> = {
      "rates=0.5,-0": /rates\[1\] is -0, which would read back as 0: write 0/,
      "anything=1e999": /anything is Infinity: a finite number is wanted/,
      "title=a\u001b[2Jb": /title holds the control character U\+001B at 1: leave it out/,
      "title=a\u009bb": /title holds the control character U\+009B/,
      'anything={"deep":["\\u0007"]}': /anything\.deep\[0\] holds the control character U\+0007/,
      'anything="\\ud800"': /anything holds half of a character at 0/,
      'anything={"__proto__":1}': /"__proto__"/,
      [`anything=${"[".repeat(50_000)}`]: /nested deeper here than 100 levels/,
    }
    for (const [assignment, message] of Object.entries(wrong)) t.match(refusal(assignment), message)
    t.equal(set("title=two\nlines\tand 日本 😀").title, "two\nlines\tand 日本 😀")
    t.match(
      thrown(() => experimentParams(declared, [], { rates: [0, Number.NaN] })),
      { _tag: "ParamError", message: /rates\[1\] is NaN/ },
    )
  },
)

t.test("whatever text is set, it gives params of the schema or one line that names the path", async () => {
  const name = fc.constantFrom(...Object.keys(declared.params), "source.name", "rates.0", "pairs.0.a", "rate")
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "grapheme" }),
    fc.json(),
    fc.array(fc.oneof(fc.string(), fc.double().map(String), fc.json())).map((items) => items.join(",")),
    fc.stringMatching(/^[[\]{}",:0-9a-b-]*$/),
  )
  fc.assert(
    fc.property(name, text, (name, text) => {
      try {
        set(`${name}=${text}`)
        return true
      } catch (failure) {
        const { _tag, message } = failure as { _tag: string; message: string }
        const [param] = name.split(".")
        return _tag === "ParamError" && message.includes(param!) && !/\bat .*:\d+:\d+/.test(message)
      }
    }),
    { numRuns: count(300, 100_000) },
  )
})
