// in turn: it starts processes.
// In which order an experiment names things reaches no result: what a stage is handed has the order of its key.
import { rmSync } from "node:fs"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import fc from "fast-check"
import t from "tap"
import type { Json } from "../../../engine/content/canonical.ts"
import { experiment, many, stage } from "../../../engine/declare/index.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"
import { project } from "../../../engine/testing/project.ts"
import { count } from "../../counts.ts"
import { outputs } from "../support/chain.ts"

/** Says in which order it met names, at every depth. */
const params = Schema.Record({ key: Schema.String, value: Schema.Unknown })
const told = stage("told", {
  params,
  inputs: {},
  outputs: { text: "text" },
  run: ({ params }) => ({ text: JSON.stringify(params) }),
})
const chained = stage("chained", {
  params,
  inputs: {},
  outputs: { text: "text" },
  chain: {
    finishing: [],
    length: () => 2,
    stops: () => false,
    isRecord: () => false,
    start: ({ params }) => ({ text: JSON.stringify(params) }),
    advance: (state) => {
      state.text += "."
      return {}
    },
    save: ({ text }) => Buffer.from(text),
    restore: (state, saved) => {
      state.text = Buffer.from(saved).toString()
    },
    finish: async ({ params }, { state }) => ({
      text: `${JSON.stringify(params)} ${Buffer.from(await state(2)).toString()}`,
    }),
  },
})
const made = stage("made", {
  params: Schema.Struct({ value: Schema.Number }),
  inputs: {},
  outputs: { value: "value" },
  run: ({ params }) => ({ value: params.value }),
})
const listed = stage("listed", {
  params: Schema.Struct({}),
  inputs: { all: many("value"), others: many("value") },
  outputs: { text: "text" },
  run: ({ inputs }) => ({ text: JSON.stringify(inputs) }),
})

/** Names as JavaScript orders them by itself, and as it does not. */
const name = fc.oneof(fc.constantFrom("10", "9", "b", "a", "Z", "é", "01"), fc.string({ maxLength: 3 }))
const record = fc
  .dictionary(name, fc.jsonValue({ maxDepth: 3 }), { minKeys: 1, maxKeys: 5 })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll("-0,", "0,")) as Record<string, Json>)
  .filter((value) => !JSON.stringify(value).includes("__proto__"))

function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, turned(inner)]),
  )
}

t.test("params in another order are cached, and give the same bytes where nothing is", async (t) => {
  const wired = (given: Record<string, Json>) =>
    experiment("order", {}, () => [told(given).text, chained(given).text])
  await fc.assert(
    fc.asyncProperty(record, async (given) => {
      const closing: Array<() => unknown> = []
      const own = { teardown: (close: () => unknown) => closing.push(close) }
      const other = turned(given) as Record<string, Json>
      const place = memoryPlace(own)
      const first = await place.run(wired(given))
      const second = await place.run(wired(other))
      const fresh = await memoryPlace(own).run(wired(other))
      t.same(second.recorder.tasks, { told: "cached", chained: "cached" })
      t.same(fresh.recorder.outputs, first.recorder.outputs)
      for (const close of closing) await close()
    }),
    { numRuns: count(20, 1_000), examples: [[{ b: 1, a: { d: [{ f: 1, e: 2 }], c: 3 } }]] },
  )
})

t.test("inputs under names in another order are cached, and give the same bytes too", async (t) => {
  const wired = (names: ReadonlyArray<string>, roles: ReadonlyArray<"all" | "others">) =>
    experiment("order", {}, () => {
      const each = Object.fromEntries(
        names.map((name) => [name, made({ value: name.length }, {}, { name }).value]),
      )
      const inputs = Object.fromEntries(roles.map((role) => [role, each]))
      return listed({}, inputs as never).text
    })
  const names = ["b", "10", "a", "9", "digest"]
  const place = memoryPlace(t)
  const first = await place.run(wired(names, ["all", "others"]))
  const other = wired([...names].reverse(), ["others", "all"])
  t.equal((await place.run(other)).recorder.tasks.listed, "cached")
  t.same((await memoryPlace(t).run(other)).recorder.outputs, first.recorder.outputs)
})

const files = {
  "package.json": '{"type":"module"}',
  "stages/made.ts": `import { Schema } from "effect"
import { stage } from "refold"
export const made = stage("made", {
  params: Schema.Struct({ value: Schema.Number }), inputs: {}, outputs: { value: "value" },
  run: ({ params }) => ({ value: params.value }),
})`,
  "stages/told.ts": `import { Schema } from "effect"
import { many, stage } from "refold"
const rates = Schema.Record({ key: Schema.String, value: Schema.Number })
export const told = stage("told", {
  params: Schema.Struct({ rates }), inputs: { all: many("value") }, outputs: { rows: "table" },
  run: ({ params, inputs }) => ({ rows: [{ ...params.rates, ...inputs.all }] }),
})`,
  "experiments/order.ts": `import { experiment } from "refold"
import { made } from "../stages/made.ts"
import { told } from "../stages/told.ts"
export default experiment("order", {}, () => {
  const [x, y] = [made({ value: 1 }, {}, { n: 1 }).value, made({ value: 2 }, {}, { n: 2 }).value]
  return told({ rates: { conv: 0.5, dense: 0.25 } }, { all: { x, y } }).rows
})`,
}

t.test("an experiment that names in another order differs from no lock, on a store of its own", async (t) => {
  const order = project(t, files)
  const first = await order.json("--exp", "order", "--update-lock")
  t.equal(first.code, 0)
  order.write({
    "experiments/order.ts": files["experiments/order.ts"]
      .replace("conv: 0.5, dense: 0.25", "dense: 0.25, conv: 0.5")
      .replace("{ x, y }", "{ y, x }"),
  })
  rmSync(join(order.root, "artifacts"), { recursive: true })
  const locked = await order.json("--exp", "order", "--locked")
  t.equal(locked.code, 0)
  t.equal(locked.tasks.told, "ran")
  t.same(outputs(locked), outputs(first))
})
