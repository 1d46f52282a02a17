// Which params shape the links of a chain: all that are not named as finishing, whatever form params have.
import * as Schema from "effect/Schema"
import t from "tap"
import type { Json } from "../../../engine/content/canonical.ts"
import { experiment, stage } from "../../../engine/declare/index.ts"
import { shapingParams } from "../../../engine/key/link-key.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"

/** A chain of two links whose states and end say what its params are. */
const shaped = (params: Schema.Schema<Json>, finishing: ReadonlyArray<string> = []) =>
  stage("shaped", {
    params,
    inputs: {},
    outputs: { text: "text" },
    chain: {
      finishing,
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
      finish: async (_, { state }) => ({ text: Buffer.from(await state(2)).toString() }),
    },
  })

const json = Schema.Unknown as unknown as Schema.Schema<Json>

t.test("params that are a number, a text or a list shape links, too", async (t) => {
  const forms: ReadonlyArray<readonly [Json, Json]> = [
    [1, 2],
    ["a", "b"],
    [true, false],
    [null, 0],
    [
      [1, 2],
      [1, 3],
    ],
    [["a"], { 0: "a" }],
    [{ a: 1 }, { a: 2 }],
  ]
  for (const [one, other] of forms) {
    const place = memoryPlace(t)
    const run = (params: Json) =>
      place.run(experiment("chains", {}, () => shaped(json)(params as never).text))
    await run(one)
    const { recorder } = await run(other)
    const fresh = await memoryPlace(t).run(experiment("chains", {}, () => shaped(json)(other as never).text))
    t.same(
      recorder.of("link-finished").map(({ status }) => status),
      ["ran", "ran"],
      `${JSON.stringify(other)} after ${JSON.stringify(one)}`,
    )
    t.same(recorder.outputs, fresh.recorder.outputs)
  }
})

t.test("what is named as finishing is a field, never an item or a character", async (t) => {
  t.same(shapingParams({ epochs: 3, seed: 1 }, ["epochs"]), { seed: 1 })
  for (const params of [["a", "b"], "ab", 0, null, true])
    t.equal(shapingParams(params, ["0", "length"]), params)
})
