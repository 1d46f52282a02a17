// What the pages of models train: smoke's final model, whose settings stand in one place more.
import t from "tap"
import type { AnyExperiment } from "../../engine/declare/index.ts"
import { experimentParams } from "../../engine/declare/params.ts"
import { plan } from "../../engine/plan/plan.ts"
import lenet from "../../experiments/lenet.ts"
import smoke from "../../experiments/smoke.ts"

const paramsOf = (experiment: AnyExperiment, task: string): Readonly<Record<string, unknown>> => {
  const { tasks } = plan(experiment, experimentParams(experiment, []))
  return tasks.find(({ label }) => label === task)!.node.params as Readonly<Record<string, unknown>>
}

t.test(
  "what a page of a model on other data trains is smoke's final training, but that its rate is named",
  async (t) => {
    const { dropout: named, ...onPages } = paramsOf(lenet, "train@on=sample")
    const { dropout: _, ...ofSmoke } = paramsOf(smoke, "train@final=yes")
    t.same(onPages, ofSmoke)
    t.type(named, "number")
    for (const part of ["split", "fetch"])
      t.same(paramsOf(lenet, `${part}@on=sample`), paramsOf(smoke, part), part)
  },
)

t.test("a page trains the training whose weights it is given to compare with", async (t) => {
  for (const [experiment, task] of [
    [lenet, "train@on=sample"],
    [smoke, "train@final=yes"],
  ] as const) {
    const { training, dropout } = paramsOf(experiment, "explore") as { training: object; dropout: unknown }
    const { called: _, ...settings } = training as { called: string }
    t.same({ ...settings, dropout }, paramsOf(experiment, task), experiment.name)
  }
})
