// What the dropout grid trains, told from its plan: how much, and alike for cells, finalists and the final model.
import t from "tap"
import { experimentParams } from "../../engine/declare/params.ts"
import { plan } from "../../engine/plan/plan.ts"
import { isBound } from "../../engine/plan/wired-outputs.ts"
import dropoutGrid from "../../experiments/dropout-grid.ts"
import dropoutSeeds from "../../experiments/dropout-seeds.ts"

interface Training {
  readonly dropout: unknown
  readonly epochs: number
  readonly stream: string
  readonly optimizer: { readonly schedule: { readonly type: string; readonly epochs: number } }
}

/** Those of the choice itself: neither the beginnings that pictures show, nor the sample's, which the model's page does again. */
const trainings = (...assignments: ReadonlyArray<string>) =>
  plan(dropoutGrid, experimentParams(dropoutGrid, assignments))
    .tasks.filter(({ stage, label }) => stage === "train" && !/after=|on=/.test(label))
    .map(({ label, node }) => ({ label, params: node.params as Training }))

const FIT = 54_000

t.test("the grid trains at most 3.1 million image-epochs", async (t) => {
  const { params } = plan(dropoutGrid, experimentParams(dropoutGrid, [])).tasks.find(
    ({ stage }) => stage === "fold",
  )!.node as { params: unknown } & { params: { k: number; examples: number } }
  const perFold = params.examples - params.examples / params.k
  const once = trainings().filter(({ label }) => !label.includes("final=")) // the final model is one of the finalists
  const total = once.reduce(
    (sum, { label, params }) => sum + params.epochs * (label.includes("fold=") ? perFold : FIT),
    0,
  )
  t.ok(total <= 3_100_000, `${total}`)
  t.ok(total > 2_000_000, "and they were counted")
})

t.test("cells, finalists and the final model have one schedule, each over its own epochs", async (t) => {
  for (const { label, params } of trainings()) {
    t.equal(params.optimizer.schedule.type, "cosine", label)
    t.equal(params.optimizer.schedule.epochs, params.epochs, label)
  }
})

t.test(
  "the final model's training differs from a finalist's by where its rate comes from alone",
  async (t) => {
    const all = trainings()
    const { dropout, ...final } = all.find(({ label }) => label === "train@final=yes")!.params
    t.ok(isBound(dropout))
    const finalists = all.filter(({ label }) => label.includes("finalist="))
    t.equal(finalists.length, 3)
    for (const { label, params } of finalists) {
      const { dropout: _, ...rest } = params
      t.same(rest, final, label)
    }
    t.equal(finalists[0]!.params.dropout, 0, "rate 0 is confirmed in any case")
  },
)

t.test("no more finalists are planned than there are rates", async (t) => {
  const finalists = (...assignments: ReadonlyArray<string>) =>
    trainings(...assignments).filter(({ label }) => label.includes("finalist=")).length
  t.equal(finalists("rates=0,0.5", "finalists=5"), 2)
  t.equal(finalists("rates=0.2,0.5", "finalists=2"), 3)
  t.equal(finalists("rates=0"), 1)
})

t.test("every seed of dropout-seeds makes the whole choice anew, of one fetched dataset", async (t) => {
  const { tasks } = plan(dropoutSeeds, experimentParams(dropoutSeeds, ["seeds=1,2,3"]))
  t.equal(tasks.filter(({ stage }) => stage === "fetch").length, 1)
  for (const stage of ["split", "select"]) {
    const seeds = tasks
      .filter((task) => task.stage === stage)
      .map(({ label }) => /seed=(\d)/.exec(label)?.[1])
    t.same(new Set(seeds), new Set(["1", "2", "3"]), stage)
  }
})
