import * as Schema from "effect/Schema"
import t from "tap"
import { stage } from "../../../engine/declare/stage.ts"
import { thrown } from "../support/thrown.ts"

const declaring =
  (traits: object): (() => unknown) =>
  () =>
    stage("ask", { params: Schema.Struct({}), inputs: {}, outputs: {}, run: () => ({}), ...traits } as never)

t.test("variables and secrets are declared by names that an environment may have, each once", async (t) => {
  t.doesNotThrow(declaring({ environment: ["TZ_NAME", "_x1"], secrets: ["API_KEY"] }))
  for (const [traits, message] of [
    [{ environment: "HOME" }, /stage "ask": its environment are names of variables/],
    [{ environment: ["MODEL-HOME"] }, /"MODEL-HOME", which is no name of a variable/],
    [{ secrets: [""] }, /its secrets have "", which is no name/],
    [{ secrets: ["A", "A"] }, /its secrets name A twice/],
    [{ environment: ["A"], secrets: ["A"] }, /A is in its environment and its secrets/],
    [{ environment: ["TZ"] }, /TZ, which is the same in every task.*TZ_NAME/],
    [{ secrets: ["A"], inProcess: true }, /runs in the coordinator \(inProcess\)/],
  ] as const)
    t.match(thrown(declaring(traits)), { name: "TypeError", message })
})
