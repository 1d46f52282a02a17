// in turn: it starts processes.
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import type { Reason } from "../../../engine/key/explain.ts"
import { openSqlite } from "../../../engine/ledger/sqlite/sqlite.ts"
import type { Ran } from "../../../engine/testing/command.ts"
import { type Project, project } from "../../../engine/testing/project.ts"
import { labProject } from "../support/lab.ts"

/** The lab's grid, already run: tests take copies of it. */
const warm = labProject(t)
const first = await warm.json("--exp", "grid")
const cold = { clean: "ran", "scale@factor=1": "ran", "scale@factor=2": "ran", pick: "ran", report: "ran" }
const cached = Object.fromEntries(Object.keys(cold).map((task) => [task, "cached"]))

const labels = (ran: Ran, status: string): ReadonlyArray<string> =>
  ran
    .of("planned")
    .filter((planned) => planned.status === status)
    .map(({ task }) => task)
const reasons = (ran: Ran): Readonly<Record<string, ReadonlyArray<Reason>>> =>
  Object.fromEntries(ran.of("task-started").map(({ task, why }) => [task, why as ReadonlyArray<Reason>]))
const outputs = (ran: Ran) =>
  Object.fromEntries(ran.of("task-finished").map(({ task, outputs }) => [task, outputs]))
const grid = (project: Project, ...args: ReadonlyArray<string>) => project.json("--exp", "grid", ...args)

t.test("a first run runs everything in order and ends with a summary of it", async (t) => {
  t.equal(first.code, 0)
  t.same(first.tasks, cold)
  t.equal(first.events[0]!.event, "run-started")
  t.match(first.last, {
    event: "run-finished",
    experiment: "grid",
    tasks: 5,
    ran: 5,
    cached: 0,
    failed: 0,
    skipped: 0,
  })
  t.equal(first.stdout.trim().split("\n").length, first.events.length, "one event a line and nothing else")
  t.same(
    first
      .of("progress")
      .map(({ task, unit, done, total }) => [task, unit, done, total])
      .slice(0, 1),
    [["scale@factor=1", "row", 1, 3]],
  )
  t.match(first.of("results")[0], {
    metrics: { "final.factor": 1, "final.rows": 3 },
    values: { "best.choice": { factor: 1 } },
  })
  for (const why of Object.values(reasons(first))) t.same(why, [{ reason: "never-ran" }])
})

t.test("a second run executes nothing and gives the same outputs, without the bundler", async (t) => {
  const { start, write } = project(t, warm.root)
  const noBundler = { ESBUILD_BINARY_PATH: process.execPath }
  const again = await start(["--exp", "grid", "--json"], noBundler).ended
  t.equal(again.code, 0)
  t.same(again.tasks, cached)
  t.same(outputs(again), outputs(first))
  t.match(again.last, { event: "run-finished", ran: 0, cached: 5 })
  write({ "stages/keep.ts": "export const keep = () => true" })
  t.equal((await start(["--exp", "grid", "--json"], noBundler).ended).code, 2, "an edit needs the bundler")
})

t.test(
  "what stands only beside a key reruns nothing: jobs, the experiment's name, touched files, the place",
  async (t) => {
    const moved = project(t, warm.root)
    moved.write({
      "experiments/other.ts": moved.read("experiments/grid.ts").replace('"grid"', '"other"'),
      "data/numbers.csv": moved.read("data/numbers.csv"),
      "stages/keep.ts": `// said otherwise\n${moved.read("stages/keep.ts")}`,
    })
    const ran = await moved.json("--exp", "other", "--jobs", "3", "--keep-going", "--data", "/nowhere")
    t.same(ran.tasks, cached)
  },
)

t.test("a changed param runs its dependents alone, and names the param", async (t) => {
  const lab = project(t, warm.root)
  const plan = await grid(lab, "--plan", "--set", "factors=1,3")
  t.same(labels(plan, "will-run"), ["scale@factor=3", "pick"])
  t.same(labels(plan, "undecided"), ["report"])
  t.same(labels(plan, "cached"), ["clean", "scale@factor=1"])
  t.match(plan.last, { event: "plan-finished", tasks: 5, cached: 2, willRun: 2, undecided: 1 })
  t.same(plan.of("planned").find(({ task }) => task === "report")!.waitsFor, ["pick"])
  t.equal(plan.of("task-started").length, 0)

  const ran = await grid(lab, "--set", "factors=1,3")
  t.same(ran.tasks, {
    clean: "cached",
    "scale@factor=1": "cached",
    "scale@factor=3": "ran",
    pick: "ran",
    report: "cached",
  })
  t.same(
    reasons(ran)["scale@factor=3"]!.map(({ reason }) => reason),
    ["param"],
  )
  t.match(reasons(ran)["scale@factor=3"], [{ path: "factor", after: 3 }])
})

t.test("a bound param runs what it is bound in only when its value changes, and names it", async (t) => {
  const lab = project(t, warm.root)
  const ran = await grid(lab, "--set", "factors=2,3")
  t.equal(ran.tasks.report, "ran")
  t.same(reasons(ran).report, [{ reason: "param", path: "factor", before: 1, after: 2 }])
  const why = await lab.plain("why", "report", "--set", "factors=2,3")
  t.match(why.stdout, /report is cached, made by run \S+; it ran because of\n {2}factor 1 → 2/)
})

t.test("an upstream task that gives the same bytes stops the wave", async (t) => {
  const lab = project(t, warm.root)
  lab.write({ "data/numbers.csv": "1\n2\n3\n1000\n" })
  const plan = await grid(lab, "--plan")
  t.same(labels(plan, "will-run"), ["clean"])
  t.equal(labels(plan, "undecided").length, 4)
  const ran = await grid(lab)
  t.same(ran.tasks, { ...cached, clean: "ran" })
  t.match(reasons(ran).clean, [{ reason: "input", role: "raw" }])
})

t.test("an edited helper runs its stage and names the file; then equal bytes stop the wave", async (t) => {
  const lab = project(t, warm.root)
  lab.write({ "stages/keep.ts": "export const keep = (x: number, limit: number) => !(x > limit)" })
  const ran = await grid(lab)
  t.same(ran.tasks, { ...cached, clean: "ran" })
  t.same(reasons(ran).clean, [{ reason: "source", path: "stages/keep.ts", change: "edited" }])
})

t.test("--force runs a stage although it is cached, and --to only what a task needs", async (t) => {
  const lab = project(t, warm.root)
  const ran = await grid(lab, "--force", "scale", "--to", "scale@factor=2")
  t.same(ran.tasks, { clean: "cached", "scale@factor=2": "ran" })
  t.same(reasons(ran), { "scale@factor=2": [{ reason: "forced" }] })
})

t.test("as many tasks run at once as --jobs allows, and no more", async (t) => {
  const lab = labProject(t)
  const { events, code } = await grid(lab, "--jobs", "2", "--set", "factors=1,2,3")
  t.equal(code, 0)
  let running = 0
  let most = 0
  for (const event of events) {
    if (event.event === "task-started") running++
    if (event.event === "task-finished") running--
    most = Math.max(most, running)
  }
  t.equal(most, 2)
})

t.test("the ledger keeps results, history and provenance for whoever asks with SQL", async (t) => {
  const database = openSqlite(join(warm.root, "artifacts/ledger.sqlite"), { readonly: true })
  t.teardown(() => database.close())
  const value = (sql: string) => Object.values(database.prepare(sql).get()!)[0]
  const count = (table: string) => value(`SELECT count(*) FROM ${table}`)
  t.equal(count("results"), 5)
  t.equal(count("attempts"), 5)
  t.equal(count("inputs"), 6)
  t.same(database.prepare("SELECT name, value FROM metrics WHERE step = -1 ORDER BY name").all(), [
    { name: "metrics.factor", value: 1 },
    { name: "metrics.rows", value: 3 },
  ])
  t.equal(value("SELECT max(step) FROM metrics"), 3)
  const log = String(value("SELECT log_file FROM attempts WHERE stage = 'clean'"))
  t.equal(readFileSync(join(warm.root, "artifacts", log), "utf8"), "3 numbers\n")
  t.same(database.prepare("SELECT outcome FROM runs").all(), [{ outcome: "done" }])
})

t.test("show, status and list answer from what was run", async (t) => {
  const lab = project(t, warm.root)
  const [show, status, list] = await Promise.all([
    lab.plain("show", "--exp", "grid", "--json"),
    lab.plain("status", "--json"),
    lab.plain("list"),
  ])
  const shown = JSON.parse(show.stdout)
  t.match(shown, { experiment: "grid", metrics: { "final.factor": 1, "final.rows": 3 } })
  t.match(shown.outputs["final.text"], { kind: "text", digest: outputs(first).report!.text })
  t.equal(project(t, warm.root).read("data/numbers.csv"), "1\n2\n3\n")
  t.match(status.stdout, /\{"experiment":"grid","tasks":5,"cached":5,"stale":0,"undecided":0/)
  t.match(list.stdout, /grid\n.*Scales numbers[\s\S]*factors +1,2 +what to multiply by/)
})

t.test("results removed from runs/ are written again by the next run", async (t) => {
  const lab = project(t, warm.root)
  rmSync(join(lab.root, "artifacts/runs"), { recursive: true })
  const [results] = (await grid(lab)).of("results")
  t.equal(
    lab.read(join(results!.folder, "final.text.txt").slice(lab.root.length + 1)),
    "factor 1 over 3 rows\n",
  )
})
