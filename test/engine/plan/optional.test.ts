// A role that may be left out: what it is then, and that it is in the key where it is there.
import * as Schema from "effect/Schema"
import t from "tap"
import { experiment } from "../../../engine/declare/experiment.ts"
import { optional } from "../../../engine/declare/roles.ts"
import { stage } from "../../../engine/declare/stage.ts"
import { memoryPlace } from "../../../engine/testing/memory-place.ts"

const make = stage("make", {
  params: Schema.Struct({ value: Schema.Number }),
  inputs: {},
  outputs: { value: "value" },
  run: ({ params }) => ({ value: params.value }),
})

const use = stage("use", {
  params: Schema.Struct({}),
  inputs: { given: "value", further: optional("value") },
  outputs: { value: "value" },
  run: ({ inputs: { given, further } }) => ({ value: [given, further ?? "nothing"] }),
})

t.test("an optional input may be left out, and is a part of the key where it is not", async (t) => {
  const place = memoryPlace(t)
  const wired = (value: number | undefined) =>
    experiment("one", {}, () => {
      const given = make({ value: 1 }, {}, { of: "given" }).value
      const further = value === undefined ? undefined : make({ value }, {}, { of: "further" }).value
      return use({}, { given, further }).value
    })
  const ran = async (value: number | undefined) => {
    const { recorder } = await place.run(wired(value))
    return recorder.of("task-finished").find(({ stage }) => stage === "use")!
  }
  const [without, withTwo, again] = [await ran(undefined), await ran(2), await ran(undefined)]
  t.not(withTwo.key, without.key)
  t.not(withTwo.outputs!.value, without.outputs!.value)
  t.equal(again.status, "cached")
  t.equal(again.key, without.key)
})
