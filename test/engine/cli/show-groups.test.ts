// in turn, in CI: it starts processes.
// `show` of groups: what is printed and told to programs, and what is refused, of a run whose cells stand on two axes.
import { readFileSync, rmSync } from "node:fs"
import t from "tap"
import { project } from "../../../engine/testing/project.ts"

const files = {
  "package.json": `{ "name": "groups", "type": "module", "private": true }`,
  "stages/fit.ts": `import { Schema } from "effect"
import { stage } from "refold"
export const list = stage("list", { params: Schema.Struct({}), inputs: {}, outputs: { rates: "value" }, inProcess: true, run: () => ({ rates: [0, 0.5] }) })
export const fit = stage("fit", {
  params: Schema.Struct({ rate: Schema.Number, seed: Schema.Int }),
  inputs: {},
  outputs: { metrics: "metrics" },
  run: async ({ params: { rate, seed }, progress }) => {
    for (let n = 1; n <= 2 + seed; n++) await progress(n, 6, { loss: Math.abs(n - 3) + rate })
    return { metrics: { score: seed + rate, "score.low": 0, "score.high": 9 } }
  },
})
`,
  "experiments/spread.ts": `import { experiment, repeat } from "refold"
import { fit } from "../stages/fit.ts"
export default experiment("spread", {}, () => [0, 0.5].map((rate) => repeat(3, (seed) => fit({ rate, seed }, {}, { rate }).metrics)))
`,
  "experiments/group.ts": `import { each, experiment, repeat } from "refold"
import { fit, list } from "../stages/fit.ts"
export default experiment("group", {}, () => ({
  fits: each("rate", list({}).rates, (rate: number) => Object.fromEntries(repeat(3, (seed) => fit({ rate, seed }).metrics).map((out, i) => ["s" + i, out]))),
}))
`,
  "experiments/one.ts": `import { experiment } from "refold"
import { fit } from "../stages/fit.ts"
export default experiment("one", {}, () => fit({ rate: 0, seed: 1 }).metrics)
`,
}

t.test("show groups cells by any of their axes, and refuses what there is not", async (t) => {
  const lab = project(t, files)
  t.equal((await lab.json("--exp", "spread")).code, 0)
  const show = async (...args: ReadonlyArray<string>) => {
    const { stdout, stderr, code } = await lab.plain("show", "--exp", "spread", ...args)
    return { code, text: stdout.replace(/ +/g, " "), stderr }
  }
  const usual = await show()
  t.match(
    usual.text,
    /fit, score by rate, over seed\n rate n mean sd se min max\n.*\n 0 3 2 1 0\.5774 1 3\n 0\.5 3 2\.5000 1 /,
  )
  t.match(usual.text, /fit, loss by rate, over seed; last step\n.*\n.*\n 0 3 1 1 0\.5774 0 2\n/)
  t.match(usual.text, /fit, score by seed, over rate\n/)
  t.match(usual.text, /± is one standard error/)
  const path = /all on one page: (.*)/.exec(usual.text)![1]!
  t.match(readFileSync(path, "utf8"), /<h2>By axis<\/h2>[\s\S]*<svg class="chart"/)
  rmSync(path)
  await show()
  t.match(readFileSync(path, "utf8"), /<svg class="chart"/, "also one that is made again")
  t.notMatch(usual.text, /score\.low/)

  const json = async (...args: ReadonlyArray<string>) => JSON.parse((await show("--json", ...args)).text)
  const { experiment, tables } = await json("--by", "rate", "--metric", "score")
  t.equal(experiment, "spread")
  t.same(tables, [
    {
      ...{ stage: "fit", axes: ["rate", "seed"], by: ["rate"], of: "own" },
      groups: [0, 0.5].map((rate) => ({
        by: { rate },
        metrics: {
          score: { n: 3, mean: 2 + rate, sd: 1, se: 1 / Math.sqrt(3), min: 1 + rate, max: 3 + rate },
        },
      })),
    },
  ])
  const curve = (await json("--by", "rate", "--metric", "fit.loss", "--curve")).tables[0]
  t.same(
    curve.groups
      .slice(0, 5)
      .map((group: { step: number; metrics: { loss: { n: number } } }) => [group.step, group.metrics.loss.n]),
    [
      [1, 3],
      [2, 3],
      [3, 3],
      [4, 2],
      [5, 1],
    ],
    "of each step how many got there",
  )
  const best = (await json("--by", "seed", "--metric", "loss", "--best", "min")).tables[0]
  t.same(
    best.groups.map((group: { metrics: { loss: { max: number } }; best?: boolean }) => [
      group.metrics.loss.max,
      group.best,
    ]),
    [
      [0.5, true],
      [0.5, undefined],
      [0.5, undefined],
    ],
  )
  t.match(
    (await show("--by", "rate", "--metric", "loss", "--best", "max")).text,
    /loss by rate, over seed; best step \(max\)\n.*best\n.*\n.*\n 0\.5 .*◀/,
  )
  t.match((await show("--by", "rate,seed", "--metric", "score.low")).text, /0 1 1 0 – – 0 0\n/)

  for (const [args, message] of [
    [["--by", "rat"], /--by rat: no task is on such an axis; did you mean "rate"\?/],
    [["--by", "rate,rate"], /rate is named twice/],
    [["--by", ""], /no task is on such an axis; there are: rate, seed/],
    [["--metric", "scor"], /--metric scor: nothing measures it; did you mean "score"\?/],
    [["--metric", "score", "--curve"], /it is measured once, and not by step/],
    [["--metric", "loss", "--best", "least"], /--best least: max or min is wanted/],
    [["--best", "min"], /--best goes with --metric/],
    [["--metric", "loss", "--best", "min", "--curve"], /--best and --curve/],
  ] as const) {
    const refused = await show(...args)
    t.equal(refused.code, 2, args.join(" "))
    t.match(refused.stderr, message)
  }
})

t.test("items of a group are an axis, and where there is none, that is said", async (t) => {
  const lab = project(t, files)
  t.equal((await lab.json("--exp", "group")).code, 0)
  const { stdout } = await lab.plain("show", "--exp", "group", "--by", "rate", "--json")
  const [table] = JSON.parse(stdout).tables
  t.same(
    [table.axes, table.groups.map(({ by }: { by: object }) => by)],
    [
      ["rate", "seed"],
      [{ rate: 0 }, { rate: 0.5 }],
    ],
  )
  t.equal((await lab.json("--exp", "one")).code, 0)
  t.notMatch((await lab.plain("show", "--exp", "one")).stdout, /standard error/)
  const refused = await lab.plain("show", "--exp", "one", "--metric", "score")
  t.match([refused.code, refused.stderr], [2, /no task of this run stands on an axis and measures something/])
})
