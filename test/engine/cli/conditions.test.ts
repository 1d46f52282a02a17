// in turn, in CI: it starts processes.
// Conditions as a person meets them: through the command line, the lock file and the library, in workers.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { execute } from "../../../engine/testing/processes.ts"
import { project } from "../../../engine/testing/project.ts"
import { tsx } from "../../support/installed.ts"

const files = {
  "package.json": '{"type":"module"}',
  "tsconfig.json": "{}",
  "stages/choose.ts": `import { Schema } from "effect"
import { stage } from "refold"
export const choose = stage("choose", {
  params: Schema.Struct({ method: Schema.String }), inputs: {}, outputs: { choice: "value" },
  run: ({ params }) => ({ choice: params }),
})`,
  "stages/fit.ts": `import { Schema } from "effect"
import { stage } from "refold"
export const fit = stage("fit", {
  params: Schema.Struct({ by: Schema.String }), inputs: {}, outputs: { model: "value" },
  run: ({ params }) => ({ model: params.by }),
})`,
  "stages/report.ts": `import { Schema } from "effect"
import { optional, stage } from "refold"
export const report = stage("report", {
  params: Schema.Struct({}), inputs: { model: "value", forest: optional("value") }, outputs: { text: "value" },
  run: ({ inputs }) => ({ text: [inputs.model, inputs.forest ?? "none"] }),
})`,
  "experiments/trees.ts": `import { Schema } from "effect"
import { experiment, match, when } from "refold"
import { choose } from "../stages/choose.ts"
import { fit } from "../stages/fit.ts"
import { report } from "../stages/report.ts"
export default experiment("trees", { method: Schema.String.annotations({ default: "linear" }) }, ({ method }) => {
  const { choice } = choose({ method })
  const forest = when(choice, ["method"], "forest", () => fit({ by: "forest" }).model)
  const model = match(choice, ["method"], { forest: () => fit({ by: "f" }).model, linear: () => fit({ by: "l" }).model })
  return { forest, text: report({}, { model, forest }).text }
})`,
  "read.ts": `import { load } from "refold"
import trees from "./experiments/trees.ts"
console.log(JSON.stringify([await load(trees, (w) => w.text), (await load(trees, (w) => w.forest)) ?? "undefined"]))`,
}

t.test("what is not needed is told, has no line in the lock, and a clone verifies it", async (t) => {
  const lab = project(t, files)
  const planned = await lab.json("--exp", "trees", "--plan")
  t.same(
    Object.fromEntries(
      planned.of("planned").map(({ task, status, waitsFor }) => [task, [status, ...waitsFor]]),
    ),
    {
      choose: ["will-run"],
      "fit@by=forest": ["undecided", "choose"],
      "fit@by=f": ["undecided", "choose"],
      "fit@by=l": ["undecided", "choose"],
      report: ["will-run"],
    },
  )
  const ran = await lab.json("--exp", "trees", "--update-lock")
  t.equal(ran.code, 0)
  t.match(ran.of("run-finished"), [{ ran: 3, notNeeded: 2, skipped: 0 }])
  t.match(ran.of("results"), [{ notNeeded: ["forest"] }])
  const lock = JSON.parse(lab.read("experiments/trees.lock.json"))
  t.same(
    Object.keys(lock).filter((name) => name.startsWith("task ")),
    ["task choose", "task fit@by=l", "task report"],
  )
  t.equal((await lab.json("--exp", "trees", "--locked")).code, 0)
  const page = readFileSync(join(ran.of("results")[0]!.folder, "index.html"), "utf8")
  const why = "choose gave choice.method &quot;linear&quot;"
  t.match(
    page,
    `<code>fit@by=f</code> <span class="soft">${why}</span></td><td class="not-needed">not needed</td>`,
  )
  t.match(page, `There is no forest: not needed, as ${why}.`)
  const shown = await lab.plain("show", "--exp", "trees")
  t.match(
    shown.stdout,
    /not needed, as choose gave choice\.method "linear": forest, fit@by=f, fit@by=forest\n/,
  )
  t.match(await lab.plain("logs", "fit@by=forest"), {
    code: 0,
    stdout: /^not needed in run \S+, as choose gave choice\.method "linear"\n$/,
  })
  const elsewhere = ["--exp", "trees", "--artifacts", "elsewhere", "--json"]
  const verified = await lab.plain("verify", "--recompute", "all", ...elsewhere)
  t.equal(verified.code, 0)
  t.match(JSON.parse(verified.stdout.trim().split("\n").at(-1)!), {
    differences: 0,
    checked: 3,
    recomputed: 3,
  })
  lab.write({ "experiments/trees.lock.json": JSON.stringify(lock).replaceAll("linear", "forest") })
  t.equal((await lab.json("verify", "--exp", "trees", "--artifacts", "elsewhere")).code, 3)
})

t.test("why, status and load tell what is not needed", async (t) => {
  const lab = project(t, files)
  await lab.json("--exp", "trees")
  const why = await lab.plain("why", "fit@by=forest", "--exp", "trees")
  t.match(why.stdout, /fit@by=forest is not needed, as.*choose gave choice\.method "linear"/s)
  t.match((await lab.plain("status")).stdout, /not needed/)
  const forced = await lab.json("--exp", "trees", "--to", "fit@by=forest")
  t.match(forced.of("run-finished"), [{ tasks: 1, ran: 1 }])
  const read = await execute(lab.root, process.execPath, [tsx, "read.ts"])
  t.same(JSON.parse(read.stdout), [["l", "none"], "undefined"])
})
