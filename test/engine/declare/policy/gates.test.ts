// What gates are refused for where they are declared: before anything runs, with what may have been meant.
import t from "tap"
import { experiment, type Gates } from "../../../../engine/declare/index.ts"

const declared = (gates: unknown) => experiment("one", {}, () => ({}), { gates: gates as Gates })

t.test("a gate that bounds nothing, or not what it says, is refused where it is declared", async (t) => {
  const wrong: ReadonlyArray<readonly [unknown, RegExp]> = [
    [3, /gates is 3: bounds by the name of a metric/],
    [{ "test.f1": 0.9 }, /the gate "test.f1" is 0.9: bounds such as \{ min: 0.89 \}/],
    [{ "test.f1": {} }, /the gate "test.f1" bounds nothing/],
    [{ "test.f1": { mim: 0.9 } }, /has no "mim"; did you mean "min"\?/],
    [{ "test.f1": { min: Number.NaN } }, /has min NaN: a finite number/],
    [{ "test.f1": { min: "0.9" } }, /has min "0.9": a finite number is wanted, without quotes/],
    [{ "test.f1": { min: 0.9, max: 0.8 } }, /has min 0.9 above max 0.8/],
    [{ "test.f1": { atLeast: 0 } }, /has atLeast and no "against"/],
    [{ "test.f1": { against: "main" } }, /is against main without a bound/],
    [{ "test.f1": { against: "--output=x", atLeast: 0 } }, /a git ref is wanted/],
    [{ "test.f1": { against: "main", atLeast: 1, atMost: 0 } }, /has atLeast 1 above atMost 0/],
  ]
  for (const [gates, message] of wrong) t.throws(() => declared(gates), { message }, String(message))
  t.throws(() => experiment("one", {}, () => ({}), { gate: {} } as never), {
    message: /did you mean "gates"\?/,
  })
})

t.test("bounds stand beside each other, and an experiment that says nothing has none", async (t) => {
  const gates = { "test.f1": { min: 0.8, against: "v1.2", atLeast: -0.005, atMost: 0.5 } }
  t.same(declared(gates).gates, gates)
  t.same(experiment("one", {}, () => ({})).gates, {})
})
