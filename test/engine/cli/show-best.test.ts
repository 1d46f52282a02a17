// in turn, in CI: it starts processes.
// Results by axis of tasks that no result is named after: the declared better end counts, and a page is not shown for other measurements.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { project } from "../../../engine/testing/project.ts"

const module = (loss: string, about = 'best: { "fit.loss": "min", accuracy: "max" }') => ({
  "package.json": '{"type":"module"}',
  "experiments/one.ts": `import { Schema } from "effect"
import { experiment, many, repeat, stage } from "refold"
export const fit = stage("fit", {
  params: Schema.Struct({ seed: Schema.Int }), inputs: {}, outputs: { model: "value" },
  run: async ({ params: { seed }, progress }) => {
    for (const step of [1, 2, 3]) await progress(step, 3, { loss: ${loss}, accuracy: step, other: step })
    return { model: seed }
  },
})
export const total = stage("total", {
  params: Schema.Struct({}), inputs: { models: many("value") }, outputs: { total: "value" },
  run: ({ inputs }) => ({ total: Object.values(inputs.models).length }),
})
export default experiment("one", {}, () => {
  const fits = repeat(3, (seed) => fit({ seed }))
  return { total: total({}, { models: fits.by(({ model }) => model) }).total }
}, { ${about} })
`,
})
const lab = project(t, module("seed + Math.abs(step - 2)"))
const run = async () => {
  const ran = await lab.json("--exp", "one")
  t.equal(ran.code, 0)
  const { folder } = ran.of("results")[0]!
  return { folder, page: readFileSync(join(folder, "index.html"), "utf8") }
}

t.test("a declared better end has its best step told beside the last, by page and show", async (t) => {
  const { page } = await run()
  t.match(
    page,
    /<h3>Last step<\/h3>[\s\S]*<h3>Best step: the largest<\/h3>[\s\S]*<h3>Best step: the least<\/h3>/,
  )
  t.match(
    (await lab.plain("show", "--exp", "one")).stdout,
    /fit, loss, over seed; best step \(min\)\n[^\n]*\n[^\n]*\n +3 +2 /,
  )
  const { tables } = JSON.parse(
    (await lab.plain("show", "--exp", "one", "--metric", "loss", "--json")).stdout,
  )
  t.match(
    tables.filter(({ by }: { by: ReadonlyArray<string> }) => by.length === 0),
    [
      { of: "last", groups: [{ metrics: { loss: { mean: 3 } } }] },
      { of: "min", groups: [{ metrics: { loss: { mean: 2 } } }] },
    ],
  )
  const refused = project(t, module("1", 'best: { loss: "least" }'))
  t.match(await refused.plain("--exp", "one"), {
    code: 2,
    stderr: /best of "loss" is "least": "max" or "min" is wanted/,
  })
})

t.test("a page is shown again for the same measurements alone, whatever results are named", async (t) => {
  const before = await run()
  t.equal((await run()).folder, before.folder)
  lab.write(module("seed + 1 + Math.abs(step - 2)"))
  const after = await run()
  t.not(after.folder, before.folder)
  t.match(after.page, /4\.00\u00a0±/)
  t.match(before.page, /3\.00\u00a0±/)
  lab.write(module("seed + 1 + Math.abs(step - 2)", 'best: { loss: "max" }'))
  t.not((await run()).folder, after.folder)
})
