// in turn, in CI: it starts processes.
// `show` of a run with very many results: a path that exists for each, and few lines.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { digestOf } from "../../../engine/content/digest.ts"
import { project } from "../../../engine/testing/project.ts"

const files = {
  "package.json": `{ "name": "many", "type": "module", "private": true }`,
  "stages/measure.ts": `import { Schema } from "effect"
import { stage } from "refold"
export const measure = stage("measure", {
  params: Schema.Struct({ value: Schema.Number }),
  inputs: {},
  outputs: { scores: "metrics" },
  inProcess: true,
  run: ({ params }) => ({ scores: { half: params.value / 2 } }),
})
`,
  "experiments/many.ts": `import { experiment } from "refold"
import { measure } from "../stages/measure.ts"
export default experiment("many", {}, () => {
  const cells = Array.from({ length: 600 }, (_, value) => measure({ value }, {}, { value }))
  return { first: cells[0].scores, cells: cells.map(({ scores }) => scores) }
})
`,
}

t.test(
  "show names for each of many results a file with its bytes, also after files were deleted",
  async (t) => {
    const lab = project(t, files)
    const [results] = (await lab.json("--exp", "many")).of("results")
    const names = readdirSync(results!.folder).sort()
    t.same(names, ["cells of measure.csv", "first.json", "index.html", "results.json"])
    const shown = async () => {
      const { stdout } = await lab.plain("show", "--exp", "many", "--json")
      const { outputs } = JSON.parse(stdout) as { outputs: Record<string, { path: string; digest: string }> }
      t.equal(Object.keys(outputs).length, 600 + 1)
      for (const { path, digest } of Object.values(outputs))
        t.equal(digestOf(readFileSync(path)), digest, path)
    }
    await shown()
    for (const name of names) if (name !== "results.json") rmSync(join(results!.folder, name))
    await shown()
    t.same(readdirSync(results!.folder).sort(), names)
    const { stdout } = await lab.plain("show", "--exp", "many")
    t.ok(stdout.split("\n").length < 250)
    t.match(stdout, /… and 401 more: show --exp many --json/)
    const [again] = (await lab.json("--exp", "many")).of("results")
    t.equal(again!.folder, results!.folder, "a run that changes nothing shows it again")
    rmSync(join(lab.root, "artifacts/objects"), { recursive: true })
    t.match((await lab.plain("show", "--exp", "many")).stdout, /some of its files are missing/)
    t.ok(existsSync(results!.folder))
  },
)
