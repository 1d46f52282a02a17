// in turn, in CI: it starts workers, and fills memory.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { project } from "../../../engine/testing/project.ts"
import { count } from "../../counts.ts"

const megabyte = 1024 * 1024

/** A project with one stage, whose function is given; how many workers its tasks were given. */
function lab(t: Test, run: string) {
  const lab = project(t, {
    "package.json": `{ "type": "module" }`,
    "node_modules/hoard/package.json": `{ "name": "hoard", "version": "1.0.0", "type": "module", "main": "index.js" }`,
    "node_modules/hoard/index.js": "const kept = []\nexport const hoard = (what) => void kept.push(what)",
    "starts.mjs": `
      import { appendFileSync } from "node:fs"
      import { fileURLToPath } from "node:url"
      appendFileSync(fileURLToPath(new URL("starts.txt", import.meta.url)), "one\\n")`,
    "stages/act.ts": `
      import { Schema } from "effect"
      import { stage } from "refold"
      import { hoard } from "hoard"
      export const act = stage("act", {
        params: Schema.Struct({ n: Schema.Number }), inputs: {}, outputs: { out: "value" },
        run: ({ params: { n } }) => { ${run}; return { out: n } },
      })`,
    "experiments/acts.ts": `
      import { Schema } from "effect"
      import { experiment } from "refold"
      import { act } from "../stages/act.ts"
      export default experiment("acts", { tasks: Schema.Number.annotations({ default: 1 }) }, ({ tasks }) =>
        Array.from({ length: tasks }, (_, n) => act({ n }, {}, { n }).out))`,
  })
  return async (tasks: number): Promise<number> => {
    const worker = `"${process.execPath}" --import "${join(lab.root, "starts.mjs")}"`
    const ran = await lab.json("--exp", "acts", "--set", `tasks=${tasks}`, "--worker", worker)
    t.equal(ran.of("task-finished").filter(({ status }) => status === "ran").length, tasks, ran.stderr)
    const starts = join(lab.root, "starts.txt")
    return existsSync(starts) ? readFileSync(starts, "utf8").trim().split("\n").length : 0
  }
}

t.test(
  "tasks that leave 20 MB each are done by workers that hold little more than 256 MB of that each",
  async (t) => {
    const tasks = count(40, 100)
    const starts = await lab(t, `hoard(new Uint8Array(${20 * megabyte}).fill(n))`)(tasks)
    const least = Math.floor((tasks * 20) / (256 + 2 * 20))
    t.ok(starts >= least && starts <= tasks / 10, `${starts} workers`)
  },
)

t.test("a worker whose tasks leave nothing stays, however much they use", async (t) => {
  t.equal(await lab(t, `new Uint8Array(${300 * megabyte}).fill(n); n % 2 || hoard("little")`)(4), 1)
})
