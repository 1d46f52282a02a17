// in turn: it starts processes.
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import t from "tap"
import { type AnswerDraft, answerRows, questionsOf } from "../../engine/content/answers.ts"
import { canonical } from "../../engine/content/canonical.ts"
import type { AnyExperiment } from "../../engine/declare/index.ts"
import { encodeParams, experimentParams } from "../../engine/declare/params.ts"
import { type Plan, plan } from "../../engine/plan/plan.ts"
import { isBound, isOutput } from "../../engine/plan/wired-outputs.ts"
import { isSummary } from "../../engine/report/page/facts.ts"
import dropoutGrid from "../../experiments/dropout-grid.ts"
import edgeFilters from "../../experiments/edge-filters.ts"
import exercise1 from "../../experiments/exercise-1.ts"
import exercise2 from "../../experiments/exercise-2.ts"
import lenet from "../../experiments/lenet.ts"
import pooling from "../../experiments/pooling.ts"
import { runForm } from "../stages/support/run-form.ts"

const all: ReadonlyArray<AnyExperiment> = [exercise1, exercise2, edgeFilters, lenet, dropoutGrid, pooling]

const planned = (experiment: AnyExperiment, ...assignments: ReadonlyArray<string>): Plan =>
  plan(experiment, experimentParams(experiment, assignments))

/** What a `describe` task without inputs gives under these params. */
const described = async (experiment: AnyExperiment, task: string, ...assignments: ReadonlyArray<string>) => {
  const { node } = planned(experiment, ...assignments).tasks.find(({ label }) => label === task)!
  const { metrics, answers = [] } = (await runForm(node.stage, node.params, {})) as {
    metrics: Record<string, number>
    answers?: ReadonlyArray<AnswerDraft>
  }
  return {
    metrics,
    answers: Object.fromEntries(questionsOf(answerRows(answers)).map(({ text, answer }) => [text, answer])),
  }
}

t.test("the same params give the same plan, whose params every stage accepts", async (t) => {
  const told = (experiment: AnyExperiment): string =>
    JSON.stringify(
      planned(experiment).tasks.map(({ label, node }) => {
        const isDecided = Object.values(node.params as object).some(isBound)
        const { definition, stageName } = node.stage
        return [
          label,
          isDecided ? "bound" : canonical(encodeParams(stageName, definition.params, node.params)),
        ]
      }),
    )
  for (const experiment of all) t.equal(told(experiment), told(experiment), experiment.name)
})

t.test(
  "only evaluate is handed the test set, and a page that shows its images, on which nothing rests",
  async (t) => {
    for (const experiment of all)
      for (const { label, stage, node } of planned(experiment).tasks) {
        const given = Object.values(node.inputs)
          .flatMap((wire) => (isOutput(wire) ? [wire] : Object.values(wire)))
          .map(({ kind }) => kind)
        const what = `${experiment.name}: ${label}`
        if (stage !== "evaluate" && stage !== "explore")
          t.notOk(
            given.some((kind) => kind.startsWith("array:test")),
            what,
          )
        t.notOk(given.includes("document:html"), what)
      }
  },
)

t.test("every experiment of the coursework has a picture, and a table that is printed", async (t) => {
  for (const experiment of all) {
    const kinds = planned(experiment).results.map(({ output }) => output.kind)
    t.ok(kinds.includes("svg"), experiment.name)
    t.ok(kinds.some(isSummary), experiment.name)
  }
})

t.test(
  "exercise 1 answers: 28 × 28, padding 2, 78 parameters, 58,800 of 2,352 × 1,024 entries",
  async (t) => {
    const { metrics, answers } = await described(exercise1, "describe")
    t.equal(answers["size of a feature map"], "28 × 28")
    t.equal(answers.parameters, 78)
    t.match(metrics, {
      "map.height": 28,
      "map.width": 28,
      "padding.before": 2,
      "padding.after": 2,
      parameters: 78,
      "dense.rows": 2_352,
      "dense.columns": 1_024,
      "dense.entries": 2_352 * 1_024,
      "dense.nonZero": 58_800,
      "dense.distinctWeights": 75,
      "dense.biases": 3,
      "freedom.none": 2_410_800,
      "freedom.locality": 2_349_648,
      "freedom.sharedWeights": 58_725,
      "freedom.sharedBiases": 2_349,
      "freedom.left": 78,
      "dense.outputs": 4 * 2_352,
      "dense.sameBits": 4 * 2_352,
      "dense.largestDifference": 0,
    })
  },
)

t.test("exercise 1 answers for other sizes that a teacher sets", async (t) => {
  const { metrics, answers } = await described(exercise1, "describe", "height=20", "kernel=4", "filters=2")
  t.equal(answers["size of a feature map"], "17 × 29")
  t.equal(answers["zeros on each side that keep the size (stride 1)"], "1, 2, 1, 2")
  t.equal(metrics.parameters, 2 * (16 + 1))
  t.equal(metrics["dense.sameBits"], metrics["dense.outputs"])
})

t.test(
  "exercise 2 answers: 903,400 parameters, 12,613,600 bytes to predict, 565,613,600 to train",
  async (t) => {
    const { metrics, answers } = await described(exercise2, "describe@about=network")
    t.equal(answers["sizes of the maps"], "100 × 150, 50 × 75, 25 × 38")
    t.match(metrics, {
      parameters: 903_400,
      "conv1.parameters": 2_800,
      "conv2.parameters": 180_200,
      "conv3.parameters": 720_400,
      "prediction.bytes": 12_613_600,
      "training.bytes": 565_613_600,
      "training.bytes.withGradients": 802_454_400,
    })
  },
)

t.test("exercise 2 compares with max-pools of the same stride", async (t) => {
  const { metrics } = await described(exercise2, "describe@about=pooling")
  const { metrics: strided, answers: all } = await described(exercise2, "describe@about=network")
  t.equal(metrics["after.parameters"], 903_400)
  t.equal(metrics["alone.parameters"], 0)
  t.ok(metrics["after.multiplyAdds"]! > 3.9 * strided.multiplyAdds!)
  t.ok(metrics["after.training.bytes"]! > 4 * strided["training.bytes"]!)
  t.match(all["what a max-pool in place of each convolution costs"], /3 maps come out, not 400/)
})

t.test("exercise 2 follows the number of convolutions and the mini-batch", async (t) => {
  const { metrics } = await described(exercise2, "describe@about=network", "filters=8,16", "batch=1")
  t.equal(metrics.parameters, 8 * (27 + 1) + 16 * (72 + 1))
  t.equal(metrics["training.bytes"], 4 * (100 * 150 * 8 + 50 * 75 * 16 + 200 * 300 * 3 + metrics.parameters!))
})

t.test("edge-filters shows one's own filter on the sample, from the command line", async (t) => {
  const root = resolve(fileURLToPath(import.meta.url), "../../..")
  const artifacts = mkdtempSync(join(tmpdir(), "refold-edge-filters-"))
  t.teardown(() => rmSync(artifacts, { recursive: true, force: true }))
  const own = [{ name: "mine", title: "Mine", shows: "", weights: [1, 2, 3].map(() => [-1, 0, 1]) }]
  const options = ["dataset=fashion-mnist-sample", `filters=${JSON.stringify(own)}`, "shown=1,7"]
  const events = execFileSync(
    process.execPath,
    [
      ...[join(root, "engine/build/launch.mjs"), "--exp", "edge-filters", "--json", "--artifacts", artifacts],
      ...options.flatMap((option) => ["--set", option]),
    ],
    { cwd: root, env: { ...process.env, NODE_OPTIONS: "" } },
  )
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
  const { summaries, pictures } = events.find(({ event }) => event === "results")
  const [{ Trouser: trouser, Sneaker: sneaker }] = summaries[0].rows
  t.ok(trouser > 2 * sneaker, `vertical edges: ${trouser} in a pair of trousers, ${sneaker} in a sneaker`)
  t.equal(pictures.length, 2)
  t.match(events.at(-1), { event: "run-finished", failed: 0 })
})
