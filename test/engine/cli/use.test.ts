// in turn, in CI: it starts processes.
// An experiment whose module calls that of another, through the command line: run, locked, verified, and its results by name.
import t from "tap"
import { project } from "../../../engine/testing/project.ts"

t.test("results of a called experiment are run, shared and pinned under the caller's names", async (t) => {
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    "experiments/survey.ts": `import { Schema } from "effect"
import { experiment, stage } from "refold"
export const clean = stage("clean", {
  params: Schema.Struct({ threshold: Schema.Number }), inputs: {}, outputs: { rows: "table", metrics: "metrics" },
  run: ({ params }) => ({ rows: [{ at: params.threshold }], metrics: { kept: params.threshold } }),
})
export default experiment("survey", { threshold: Schema.Number.annotations({ default: 1 }) },
  ({ threshold }) => ({ cleaned: clean({ threshold }) }), { gates: { "cleaned.kept": { min: 100 } } })
`,
    "experiments/outer.ts": `import { experiment, stage, use } from "refold"
import { Schema } from "effect"
import survey from "./survey.ts"
export const count = stage("count", {
  params: Schema.Struct({}), inputs: { rows: "table" }, outputs: { metrics: "metrics" },
  run: ({ inputs }) => ({ metrics: { rows: inputs.rows.length } }),
})
export default experiment("outer", {}, () => {
  const { cleaned } = use(survey, { threshold: 3 })
  return { survey: { cleaned }, test: count({}, { rows: cleaned.rows }) }
})
`,
  })
  const ran = await lab.json("--exp", "outer", "--update-lock")
  t.equal(ran.code, 0, `gates of a called experiment are its own: ${ran.stderr}`)
  t.same(ran.tasks, { "clean@of=survey": "ran", count: "ran" })
  t.same(ran.of("results")[0]!.metrics, { "survey.cleaned.kept": 3, "test.rows": 1 })
  t.equal((await lab.json("verify", "--exp", "outer")).code, 0)
  const own = await lab.json("--exp", "survey", "--set", "threshold=3")
  t.same(own.tasks, { clean: "cached" })
})
