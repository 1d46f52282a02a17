// in turn, in CI: it starts processes.
// --against on a run and on show: what is compared with a git ref's lock file, with and without a store, for people and for a pull request.
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { project } from "../../../engine/testing/project.ts"
import { gitIn } from "../support/git.ts"

const module = (score: string, more = "") => `import { Schema } from "effect"
import { experiment, stage } from "refold"
export const measure = stage("measure", {
  params: Schema.Struct({ seed: Schema.Number }),
  inputs: {},
  outputs: { metrics: "metrics:test" },
  run: ({ params: { seed } }) => ({ metrics: { score: ${score}${more} } }),
})
export default experiment("one", { seeds: Schema.Array(Schema.Number).annotations({ default: [1, 2, 3, 4, 5] }) },
  ({ seeds }) => ({ test: measure({ seed: 0 }), cells: seeds.map((seed) => measure({ seed }, {}, { seed })) }))
`
const at = (score: string, more?: string) => ({ "experiments/one.ts": module(score, more) })

t.test("metrics stand beside those of a ref: repetitions are tested, a headline alone is not", async (t) => {
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    ".gitignore": "artifacts\nnode_modules\n",
    ...at("seed / 10", ", old: 1"),
  })
  t.equal((await lab.json("--exp", "one", "--update-lock")).code, 0)
  const early = await lab.json("--exp", "one", "--against", "base")
  t.equal(early.code, 2, "a ref that is not there is said before anything runs")
  t.match(early.last, { event: "refused", error: { message: /no repository/ } })
  gitIn(lab.root, "init", "-q", "-b", "base")
  gitIn(lab.root, "add", ".")
  gitIn(lab.root, "commit", "-qm", "one")

  lab.write(at("seed / 10 + 0.05 + (seed % 2) / 100", ", new: 1"))
  const ran = await lab.json("--exp", "one", "--against", "base")
  t.equal(ran.code, 0)
  const [compared] = ran.of("compared")
  t.match(compared, {
    ref: "base",
    why: null,
    otherParams: false,
    onlyToday: ["test.new", "measure new"],
    onlyThen: ["test.old", "measure old"],
  })
  t.match(compared!.rows, [
    { metric: "test.score", pairs: 1, before: 0, today: 0.05, p: null, note: "one pair: no test" },
    { metric: "measure score", pairs: 5, note: "paired t" },
  ])
  t.ok(compared!.rows[1]!.p! < 0.001 && compared!.rows[1]!.low! > 0.04)
  t.equal(ran.events.at(-1)!.event, "run-finished")
  const page = readFileSync(join(ran.of("results")[0]!.folder, "index.html"), "utf8")
  t.match(page, /<h2>Compared<\/h2>[\s\S]*measure score[\s\S]*paired t[\s\S]*certain for these seeds/)
  const again = await lab.json("--exp", "one", "--against", "base")
  t.equal(again.of("results")[0]!.folder, ran.of("results")[0]!.folder, "the same is shown once")
  t.notSame((await lab.json("--exp", "one")).of("results")[0]!.folder, ran.of("results")[0]!.folder)

  const shown = await lab.plain("show", "--exp", "one", "--against", "base")
  t.match(shown.stdout, /run \S+ beside the lock file of base \([0-9a-f]{8}\)/)
  t.match(shown.stdout, /test\.score +0 +0\.0500 /)
  t.match(shown.stdout, /certain for these seeds/)
  const markdown = (await lab.plain("show", "--exp", "one", "--against", "base", "--markdown")).stdout
  t.match(markdown, /^\| metric \| base \| today \|/m)
  t.match(markdown, /^\| test\.score \| 0 \| 0\.0500 \| \+0\.0500 \| – \| – \| 1 \| one pair: no test \|$/m)
  const other = await lab.json("--exp", "one", "--against", "base", "--set", "seeds=[1,2]")
  t.match(other.of("compared"), [{ otherParams: true }])

  rmSync(join(lab.root, "artifacts"), { recursive: true })
  const alone = JSON.parse((await lab.plain("show", "--exp", "one", "--against", "base", "--json")).stdout)
  t.equal(alone.today, null, "the lock in the working tree needs no store")
  t.match(alone.rows, [
    { metric: "test.old", difference: 0 },
    { metric: "test.score", difference: 0 },
    { metric: "measure old", pairs: 5, difference: 0, p: 1, adjusted: 1 },
    { metric: "measure score", pairs: 5, difference: 0, p: 1 },
  ])
})

t.test("a ref without the experiment says so, and what goes with nothing is refused", async (t) => {
  const lab = project(t, { "package.json": '{"type":"module"}', ".gitignore": "*\n" })
  gitIn(lab.root, "init", "-q", "-b", "base")
  gitIn(lab.root, "commit", "-q", "--allow-empty", "-m", "none")
  lab.write(at("1"))
  const ran = await lab.json("--exp", "one", "--against", "base")
  t.equal(ran.code, 0)
  t.match(ran.of("compared"), [{ rows: [], why: 'base has no experiment "one"' }])
  t.match(await lab.plain("show", "--exp", "one", "--against", "bose"), {
    code: 2,
    stderr: /git knows no "bose"/,
  })
  t.match(await lab.plain("show", "--exp", "one", "--markdown"), { code: 2, stderr: /goes with --against/ })
  t.match(await lab.plain("--exp", "one", "--against", "base", "--to", "measure"), {
    code: 2,
    stderr: /leave out/,
  })
})
