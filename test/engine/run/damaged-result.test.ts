import * as Schema from "effect/Schema"
import t from "tap"
import type { Key } from "../../../engine/content/digest.ts"
import { experiment } from "../../../engine/declare/experiment.ts"
import { stage } from "../../../engine/declare/stage.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"

const pair = stage("pair", {
  params: Schema.Struct({}),
  inputs: {},
  outputs: { left: "value", right: "value" },
  run: () => ({ left: 1, right: 2 }),
})

t.test(
  "a result that lost an output, or its kind, is no hit, and raises no alarm when it is made again",
  async (t) => {
    const place = memoryPlace(t)
    const pairs = experiment("pairs", {}, () => pair({}).left)
    const { recorder } = await place.run(pairs)
    const key = recorder.of("task-finished")[0]!.key as Key
    const whole = place.results.result(key)!
    const { left } = whole.outputs
    for (const outputs of [{ left: left! }, { ...whole.outputs, right: { ...left!, kind: "v\u{1}lue" } }]) {
      place.results.forget(key)
      place.results.commit("run-1", { ...whole, outputs }, {}, [])
      const again = await place.run(pairs)
      t.same(again.recorder.tasks, { pair: "ran" })
      t.same(again.recorder.of("nondeterministic"), [])
      t.same(place.results.outputs(key), whole.outputs)
    }
  },
)
