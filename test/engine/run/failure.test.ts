// in turn: it starts processes.
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import type { Reason } from "../../../engine/key/explain.ts"
import type { Ran } from "../../../engine/testing/command.ts"
import { gone, isAlive } from "../../../engine/testing/processes.ts"
import { type Project, project } from "../../../engine/testing/project.ts"
import { labProject } from "../support/lab.ts"

const warm = labProject(t)
const first = await warm.json("--exp", "grid")
const grid = (project: Project, ...args: ReadonlyArray<string>) => project.json("--exp", "grid", ...args)

const digestOf = (task: string, output: string): string =>
  first.of("task-finished").find((finished) => finished.task === task)!.outputs[output]!
const objectPath = (project: Project, digest: string): string =>
  join(project.root, "artifacts/objects", digest.slice(0, 2), digest.slice(2))
/** Changes one bit of an object: the size stays. */
function flip(project: Project, digest: string): void {
  const path = objectPath(project, digest)
  const bytes = readFileSync(path)
  bytes[0]! ^= 1
  chmodSync(path, 0o644)
  writeFileSync(path, bytes)
}
const errors = (ran: Ran): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ran
      .of("task-finished")
      .flatMap(({ task, error }) => (error === undefined ? [] : [[task, error.message]])),
  )

// ── damaged stores ──

t.test("a missing object makes its task run again, and nothing else", async (t) => {
  const lab = project(t, warm.root)
  rmSync(objectPath(lab, digestOf("scale@factor=2", "total")))
  const ran = await grid(lab)
  t.equal(ran.code, 0)
  t.match(ran.last, { ran: 1, cached: 4 })
  t.match(ran.of("task-started")[0]!.why as ReadonlyArray<Reason>, [
    { reason: "object-missing", output: "total" },
  ])
})

t.test(
  "a flipped bit in an input is quarantined and healed before the task that reads it goes on",
  async (t) => {
    const lab = project(t, warm.root)
    flip(lab, digestOf("clean", "rows"))
    const ran = await grid(lab, "--set", "factors=1,5")
    t.equal(ran.code, 0)
    t.match(ran.of("artifact-quarantined"), [{ task: "scale@factor=5", digest: digestOf("clean", "rows") }])
    t.equal(ran.tasks["scale@factor=5"], "ran")
    t.equal(readdirSync(join(lab.root, "artifacts/quarantine")).length, 1)
  },
)

t.test("an input that cannot be read any more is made again, and the run goes on", async (t) => {
  const lab = labProject(t)
  lab.write({
    "stages/both.ts": `import { Schema } from "effect"
import { stage } from "refold"

export const both = stage("both", {
  params: Schema.Struct({}),
  inputs: { first: "value", second: "value" },
  outputs: { out: "value" },
  run: ({ inputs }) => ({ out: [inputs.first, inputs.second] }),
})
`,
    "experiments/unreadable.ts": `import { experiment } from "refold"
import { act } from "../stages/act.ts"
import { both } from "../stages/both.ts"
import { hold } from "../stages/hold.ts"

export default experiment("unreadable", {}, () => {
  const first = act({ what: "behave" }, {}, { nth: 1 }).out
  const second = hold({}, { out: act({ what: "do-so-too" }, {}, { nth: 2 }).out }).out
  return both({}, { first, second })
})
`,
  })
  const running = lab.start(["--exp", "unreadable", "--json", "--jobs", "1"])
  const { outputs } = await running.event("task-finished", ({ task }) => task === "act@nth=1")
  await running.event("progress") // of the task that waits for the file
  rmSync(objectPath(lab, outputs.out!))
  mkdirSync(objectPath(lab, outputs.out!))
  lab.write({ release: "" })
  const ran = await running.ended
  t.equal(ran.code, 0, ran.stderr)
  t.match(ran.of("artifact-quarantined"), [{ task: "both", digest: outputs.out }])
  t.equal(ran.tasks.both, "ran")
  t.equal(readdirSync(join(lab.root, "artifacts/quarantine")).length, 1)
  t.equal(readFileSync(objectPath(lab, outputs.out!), "utf8"), "1")
})

t.test("a flipped bit in the stored copy of a local file is healed from the file", async (t) => {
  const lab = project(t, warm.root)
  const raw = lab.read("data/numbers.csv")
  const [digest] = readdirSync(join(lab.root, "artifacts/objects")).flatMap((head) =>
    readdirSync(join(lab.root, "artifacts/objects", head))
      .filter((tail) => readFileSync(join(lab.root, "artifacts/objects", head, tail), "utf8") === raw)
      .map((tail) => head + tail),
  )
  flip(lab, digest!)
  const ran = await grid(lab, "--set", "limit=2")
  t.equal(ran.code, 0)
  t.match(ran.of("artifact-quarantined"), [{ task: "clean", digest }])
})

t.test("a flipped bit that no worker would read is quarantined too, and its task runs again", async (t) => {
  const lab = project(t, warm.root)
  const choice = digestOf("pick", "choice") // a param is bound to it
  const copied = [digestOf("report", "text"), digestOf("report", "metrics")] // they are results
  for (const digest of [choice, ...copied]) flip(lab, digest)
  rmSync(join(lab.root, "artifacts/runs"), { recursive: true })
  const ran = await grid(lab)
  t.equal(ran.code, 0, ran.stderr)
  t.match(ran.of("artifact-quarantined"), [{ task: "pick", digest: choice }, { task: "report" }])
  t.match(ran.tasks, { clean: "cached", pick: "ran", report: "ran" })
  t.match(ran.last, { event: "run-finished", tasks: 5, ran: 2, cached: 3 })
  const { folder } = ran.of("results")[0]!
  t.equal(readFileSync(join(folder, "final.text.txt"), "utf8"), "factor 1 over 3 rows\n")
})

// ── failing stages ──

t.test(
  "a stage that throws fails the run with its message; the rest waits for --keep-going, and is kept",
  async (t) => {
    const lab = labProject(t)
    const acts = ["--exp", "acts", "--set", "acts=throw,behave"]
    const ran = await lab.json(...acts)
    t.equal(ran.code, 1)
    t.match(ran.last, { event: "run-finished", ran: 0, failed: 1, skipped: 3 })
    t.match(
      ran.of("task-finished").find(({ status }) => status === "failed"),
      {
        task: "act@what=throw",
        error: { tag: "TypeError", message: "the stage said no" },
      },
    )
    const went = await lab.plain(...acts, "--keep-going", "--jobs", "1")
    t.equal(went.code, 1)
    t.match(went.stdout, /FAILED {3}act@what=throw: the stage said no/)
    t.match(went.stdout, /done {5}follow@what=behave/)
    t.match(went.stdout, /4 tasks: 2 ran, 1 failed, 1 skipped/)
    t.notMatch(went.stdout + went.stderr, /\n\s+at /, "no stack trace")
  },
)

t.test("whatever a stage does wrong fails that task alone, with a message that says it", async (t) => {
  const lab = labProject(t)
  const wrong = {
    reject: /the stage said no, later/,
    nothing: /did not return its output "out"/,
    "not-json": /Map is not plain data/,
    nan: /loss.*NaN/,
    random: /stage "act" used Math\.random.*seed/,
    fetch: /stage "act" used the network \(fetch\).*allow/,
    connect: /stage "act" used the network \(connect\)/,
    file: /stage "act" used the file package\.json: .*file\(/,
  }
  const harmless = ["environment", "clocks", "zone", "behave"]
  const set = `acts=${[...Object.keys(wrong), ...harmless].join()}`
  const ran = await lab.json("--exp", "acts", "--keep-going", "--set", set)
  t.equal(ran.code, 1)
  for (const [act, message] of Object.entries(wrong)) t.match(errors(ran)[`act@what=${act}`], message)
  for (const act of harmless) t.equal(ran.tasks[`act@what=${act}`], "ran", act)
  const value = (act: string): unknown => {
    const { outputs } = ran.of("task-finished").find(({ task }) => task === `act@what=${act}`)!
    return JSON.parse(readFileSync(objectPath(lab, outputs.out!), "utf8"))
  }
  t.same(
    value("environment"),
    { path: null, names: ["TZ", "LANG", "LC_ALL", "TMPDIR"] },
    "undeclared variables read as absent",
  )
  t.same(value("clocks"), [0, "1970-01-01T00:00:00.000Z", 0, 0], "clocks stand still")
  t.equal(value("zone"), 0, "the time zone is UTC")
})

t.test("a worker that dies is tried once more, then named with its end", async (t) => {
  const lab = labProject(t)
  const ran = await lab.json("--exp", "acts", "--keep-going", "--set", "acts=kill,stray,behave")
  t.equal(ran.code, 1)
  t.match(errors(ran), {
    "act@what=kill": /killed by SIGKILL/,
    "act@what=stray": /exit code 1.*nobody caught this/s,
  })
  const attempts = ran.of("attempt-failed").filter(({ task }) => task === "act@what=kill")
  t.same(
    attempts.map(({ again }) => again),
    [true, false],
  )
  t.equal(ran.tasks["act@what=behave"], "ran")
})

t.test("a flaky stage is tried as often as it declares, a lost worker in between included", async (t) => {
  const lab = labProject(t)
  lab.write({ failures: "fail die go" })
  const ran = await lab.json("--exp", "flaky")
  t.equal(ran.code, 0)
  t.match(ran.of("attempt-failed"), [
    { error: { message: "not this time" }, again: true },
    { error: { message: /SIGKILL/ }, again: true },
  ])
  lab.write({ failures: "fail fail fail go" })
  const failed = await lab.json("--exp", "flaky", "--force", "flaky")
  t.equal(failed.code, 1)
  t.equal(failed.of("attempt-failed").length, 3)
})

t.test("a stage that runs past its time limit is stopped and not tried again", async (t) => {
  const ran = await labProject(t).json("--exp", "slow")
  t.equal(ran.code, 1)
  t.match(errors(ran).slow, /past its time limit of 0\.3 s/)
  t.equal(ran.of("attempt-failed").length, 1)
})

t.test("a stage that gives other bytes for the same key is named; the first result stays", async (t) => {
  const lab = labProject(t)
  const [before] = (await lab.json("--exp", "tick")).of("task-finished")
  const ran = await lab.json("--exp", "tick", "--force", "tick")
  t.equal(ran.code, 0)
  t.match(ran.of("nondeterministic"), [{ task: "tick", stage: "tick", key: before!.key, outputs: ["now"] }])
  t.same(ran.of("task-finished")[0]!.outputs, before!.outputs)
})

t.test("what a stage writes into its inputs does not reach the next task of the same worker", async (t) => {
  const lab = labProject(t)
  const ran = await lab.json("--exp", "scribbles")
  const sums = new Set(ran.of("task-finished").map(({ outputs }) => outputs.sum))
  t.equal(ran.code, 0)
  t.equal(sums.size, 1)
})

// ── interruptions ──

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGKILL", null],
] as const) {
  t.test(`${signal} leaves no orphan and a store that the next run goes on from`, async (t) => {
    const lab = labProject(t)
    const held = ["--exp", "held", "--json", "--jobs", "2"]
    const running = lab.start(held)
    const { metrics } = await running.event("progress")
    t.ok(isAlive(metrics.pid!))
    running.child.kill(signal)
    const ended = await running.ended
    t.equal(ended.code, code)
    if (signal === "SIGINT") t.match(ended.stderr, /interrupted; what had finished is kept/)
    t.ok(await gone(metrics.pid!), "the worker has gone too")
    lab.write({ release: "" })
    const next = await lab.json("--exp", "held")
    t.equal(next.code, 0)
    t.match(next.tasks, { act: "cached", hold: "ran", follow: "ran" })
  })
}
