import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Runtime from "effect/Runtime"
import t from "tap"
import { taskErrorOf } from "../../../engine/worker/inside/failing/task-error.ts"

class NoRows extends Data.TaggedError("NoRows")<{ readonly path: string; readonly wanted: number }> {}
class Plain extends Error {}

/** Throws at whatever is asked of it. */
const hostile = new Proxy(
  {},
  Object.fromEntries(
    ["get", "has", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor"].map((trap) => [
      trap,
      () => {
        throw new Error("do not look")
      },
    ]),
  ),
)
const broken = (name: string): Error =>
  Object.defineProperty(new Error("x"), name, {
    get: () => {
      throw new Error("do not look")
    },
  })

t.test("whatever is thrown has a tag and a message", async (t) => {
  const thrown: ReadonlyArray<readonly [unknown, string, string | RegExp]> = [
    [new TypeError("no"), "TypeError", "no"],
    [new Plain("no"), "Plain", "no"],
    [Object.assign(new Error("no"), { _tag: "Coded" }), "Coded", "no"],
    [new NoRows({ path: "/data", wanted: 3 }), "NoRows", "{ path: '/data', wanted: 3 }"],
    [{ _tag: "Coded", code: 3 }, "Coded", /code: 3/],
    [[new Plain("one"), new TypeError("two")], "Thrown", "one; two"],
    ["a word", "Thrown", "a word"],
    ["", "Thrown", /empty/],
    [null, "Thrown", "null"],
    [undefined, "Thrown", "undefined"],
    [Symbol("x"), "Thrown", "Symbol(x)"],
    [() => 1, "Thrown", /Function/],
    [broken("message"), "Error", "no message was given"],
    [broken("stack"), "Error", "x"],
    [broken("cause"), "Error", "x"],
    [broken("_tag"), "Error", "x"],
    [broken("name"), "Error", "x"],
    [hostile, "Thrown", /./],
  ]
  for (const [value, tag, message] of thrown) {
    const error = taskErrorOf(value)
    t.match(error, { tag, message }, `${tag}: ${message}`)
    t.doesNotThrow(() => JSON.stringify(error))
  }
})

t.test("what stands behind an error is told nearest first, each once, and ends", async (t) => {
  const causes = (error: unknown) =>
    taskErrorOf(error).causes!.map(({ tag, message }) => `${tag}: ${message}`)
  const inner = new Plain("inner", { cause: "a word" })
  t.same(causes(new Error("outer", { cause: inner })), ["Plain: inner", "Thrown: a word"])
  t.same(
    causes([inner, new TypeError("two")]),
    ["Plain: inner", "Thrown: a word", "TypeError: two"],
    "a list",
  )
  t.same(causes(new AggregateError([inner, new TypeError("other")], "several")), [
    "Plain: inner",
    "Thrown: a word",
    "TypeError: other",
  ])
  const round = new Error("round")
  round.cause = new Error("and round", { cause: round })
  t.same(causes(round), ["Error: and round"])
  const many = Array.from({ length: 1000 }, (_, i) => new Error(String(i)))
  t.equal(causes(new AggregateError(many)).length, 9)
  t.equal(causes(new AggregateError(many)).at(-1), "LeftOut: further causes are left out")
  let deep = new Error("0")
  for (let i = 1; i < 20_000; i++) deep = new Error(String(i), { cause: deep })
  t.equal(causes(deep).length, 9)
  t.match(causes(new Error("x", { cause: hostile })), [/^Thrown: /])
})

t.test("of Effect's failures the error itself is told, then the others", async (t) => {
  const cause = Cause.parallel(
    Cause.sequential(Cause.fail(new NoRows({ path: "/a", wanted: 1 })), Cause.die(new Plain("later"))),
    Cause.interrupt("None" as never),
  )
  for (const thrown of [cause, Runtime.makeFiberFailure(cause)]) {
    const { tag, message, causes } = taskErrorOf(thrown)
    t.same([tag, message], ["NoRows", "{ path: '/a', wanted: 1 }"])
    t.match(causes, [{ tag: "Plain", message: "later" }])
    t.equal(causes!.length, 1)
  }
  t.match(taskErrorOf(Cause.empty), { tag: "Interrupted" })
})

t.test("a message, a stack and a tag of any length are cut where they enter", async (t) => {
  const long = "x".repeat(1_000_000)
  const error = taskErrorOf(Object.assign(new Error(long), { _tag: long, cause: long }))
  t.ok(JSON.stringify(error).length < 60_000)
  t.match(error.message, /^x+ … \[996000 characters left out\] … x+$/)
  const { stack } = taskErrorOf(
    Object.assign(new Error("x"), { stack: `Error: x\n${"    at f (file:///a.mjs:1:2)\n".repeat(1e5)}` }),
  )
  t.same(stack, ["at f (file:///a.mjs:1:2)"])
})

t.test("a line of a message is not taken for a place", async (t) => {
  const { stack } = taskErrorOf(new Error("one\n    at other (file:///elsewhere.mjs:1:2)\ntwo"))
  t.ok(stack!.length > 0)
  t.notOk(stack!.some((line) => line.includes("elsewhere")))
})
