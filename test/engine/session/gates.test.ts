// Which gates are kept, broken and not checked, from metrics as data: no run, no git.
import t from "tap"
import type { Gates } from "../../../engine/declare/index.ts"
import { judgedGates, uncheckedGates } from "../../../engine/session/gates.ts"
import type { NoRefLock, RefMetrics } from "../../../engine/session/ref-lock.ts"

const judged = (
  gates: Gates,
  metrics: Readonly<Record<string, number>>,
  ...refs: ReadonlyArray<RefMetrics | NoRefLock>
) => judgedGates(gates, metrics, new Map(refs.map((ref) => [ref.ref, ref])))
const main = (metrics: Readonly<Record<string, number>>): RefMetrics => ({ ref: "main", metrics })

t.test("a bound itself is kept, and the next number beyond it is not", async (t) => {
  for (const [value, status] of [
    [0.5, "kept"],
    [0.9, "kept"],
    [0.4999999, "broken"],
    [0.9000001, "broken"],
  ] as const)
    t.match(judged({ f1: { min: 0.5, max: 0.9 } }, { f1: value }), [{ status, value }], String(value))
})

t.test(
  "a gate whose metric is missing or not finite is broken, and says what may have been meant",
  async (t) => {
    t.match(judged({ "test.fi": { min: 0 } }, { "test.f1": 1 }), [
      { status: "broken", value: null, why: /no such headline metric; did you mean "test.f1"\?/ },
    ])
    t.match(judged({ f1: { min: 0 } }, {}), [{ status: "broken", why: /no result is of kind metrics/ }])
    t.match(judged({ toString: { min: 0 } }, {}), [{ status: "broken" }])
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      t.match(judged({ f1: { min: 0 } }, { f1: value }), [
        { status: "broken", value: null, why: /not a finite/ },
      ])
  },
)

t.test(
  "relative to a ref it is the difference that is bounded, and its own bounds count beside it",
  async (t) => {
    const gates: Gates = { f1: { min: 0.5, against: "main", atLeast: -0.01 } }
    t.match(judged(gates, { f1: 0.795 }, main({ f1: 0.8 })), [
      { status: "kept", against: { ref: "main", value: 0.8 } },
    ])
    t.match(judged(gates, { f1: 0.78 }, main({ f1: 0.8 })), [
      { status: "broken", why: /difference from main/ },
    ])
    t.match(judged(gates, { f1: 0.4 }, main({ f1: 0.4 })), [
      { status: "broken", why: "0.4 is less than 0.5" },
    ])
    const falling: Gates = { loss: { against: "main", atMost: 0 } }
    t.match(judged(falling, { loss: 2 }, main({ loss: 1 })), [{ status: "broken" }])
    t.match(judged(falling, { loss: 1 }, main({ loss: 1 })), [{ status: "kept" }])
  },
)

t.test(
  "a ref that is not there breaks what is relative to it; one that is older than the experiment does not",
  async (t) => {
    const gates: Gates = { f1: { against: "main", atLeast: 0 } }
    const none = { ref: "main", why: "why not" }
    t.match(judged(gates, { f1: 1 }, { ...none, isNew: false }), [{ status: "broken", why: "why not" }])
    t.match(judged(gates, { f1: 1 }, { ...none, isNew: true }), [{ status: "not-checked", why: "why not" }])
    t.match(judged(gates, { f1: 1 }, main({ f2: 1 })), [
      { status: "not-checked", why: /main has no such metric/ },
    ])
    t.match(
      judged({ f1: { max: 0.5, against: "main", atLeast: 0 } }, { f1: 1 }, { ...none, isNew: true }),
      [{ status: "broken", why: "1 is more than 0.5" }],
      "its own bound holds all the same",
    )
  },
)

t.test("gates that do not count are told one by one, with why", async (t) => {
  const told = uncheckedGates(
    { f1: { min: 1 }, f2: { against: "main", atMost: 0 } },
    "--set gives other params",
  )
  t.same(
    told.map(({ metric, status, value, why }) => [metric, status, value, why]),
    [
      ["f1", "not-checked", null, "--set gives other params"],
      ["f2", "not-checked", null, "--set gives other params"],
    ],
  )
})
