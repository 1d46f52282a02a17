// in turn, in CI: it starts processes.
// Policy from each of its four places: what it does, that it moves no key, and which place counts.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { execute } from "../../../engine/testing/processes.ts"
import { project } from "../../../engine/testing/project.ts"

const stageText = (name: string, policy: string, run: string): string => `import { Schema } from "effect"
import { stage } from "refold"
export const ${name} = stage("${name}", {
  params: Schema.Struct({}), inputs: {}, outputs: { text: "text" }${policy},
  run: ${run},
})`
const experimentText = (policy: string, ...stages: ReadonlyArray<string>): string =>
  `import { experiment } from "refold"
${stages.map((name) => `import { ${name} } from "../stages/${name}.ts"`).join("\n")}
export default experiment("all", {}, () => [${stages.map((name) => `${name}({})`).join(", ")}], { doc: "all", policy: ${policy} })`
const configText = (policy: string): string =>
  `import { defineConfig } from "refold"\nexport default defineConfig({ policy: ${policy} })`
const fails = '() => { throw new Error("it fails") }'

t.test("a policy holds wherever it is said, and what is nearer to the run counts more", async (t) => {
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    "stages/a.ts": stageText("a", ", retries: 3", fails),
    "stages/b.ts": stageText("b", ", retries: 3", fails),
    "stages/c.ts": stageText("c", "", fails),
    "stages/d.ts": stageText("d", ", retries: 1", fails),
    "stages/e.ts": stageText("e", "", "() => new Promise(() => {})"),
    "experiments/all.ts": experimentText(
      "{ a: { retries: 2 }, b: { retries: 1 } }",
      ...["a", "b", "c", "d", "e"],
    ),
    "refold.config.ts": configText(
      "{ a: { retries: 2 }, b: { retries: 3 }, c: { retries: 1 }, e: { timeout: 0.2 }, gone: { retries: 1 } }",
    ),
  })
  const ran = await lab.json("--exp", "all", "--keep-going", "--jobs", "4", "--policy", "a.retries=0")
  t.equal(ran.code, 1)
  const attempts = (task: string) => ran.of("attempt-failed").filter((each) => each.task === task).length
  t.same(["a", "b", "c", "d", "e"].map(attempts), [1, 2, 2, 2, 1])
  t.match(
    ran.of("task-finished").find(({ task }) => task === "e"),
    { error: { tag: "TimeLimit", message: /time limit of 0\.2 s .*; --policy e\.timeout=SECONDS/ } },
  )
  const refused = await lab.plain("--exp", "all", "--policy", "A.retries=0", "--plan")
  t.equal(refused.code, 2)
  t.match(refused.stderr, /--policy A\.retries=0: there is no stage "A"/)
  lab.write({ "refold.config.ts": configText("{ a: { retires: 1 } }") })
  const broken = await lab.plain("--exp", "all")
  t.equal(broken.code, 2)
  t.match(broken.stderr, /^refold\.config\.ts:2:16: .*"retires"; did you mean "retries"\?\n$/)
  const planned = await lab.plain("--exp", "all", "--plan")
  t.equal(planned.code, 2, "what looks at a store may be told there where it lies")
  t.equal((await lab.plain("list")).code, 0, "what looks at none does without")
})

t.test("another time limit or number of tries keeps every result, wherever it is said", async (t) => {
  const text = '() => ({ text: "done" })'
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    "stages/own.ts": stageText("own", ", timeout: 60, retries: 1", text),
    "experiments/all.ts": experimentText("{ own: { timeout: 60 } }", "own"),
    "refold.config.ts": configText("{ own: { timeout: 60 } }"),
  })
  t.same((await lab.json("--exp", "all", "--policy", "own.timeout=60")).tasks, { own: "ran" })
  const edits: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    stage: { "stages/own.ts": stageText("own", ", timeout: 61, retries: 2", text) },
    "stage, gone": { "stages/own.ts": stageText("own", "", text) },
    experiment: { "experiments/all.ts": experimentText("{ own: { timeout: 61, retries: 2 } }", "own") },
    configuration: { "refold.config.ts": configText("{ own: { timeout: 61, retries: 2 } }") },
    "all of the configuration": {
      "refold.config.ts": `import { defineConfig } from "refold"
export default defineConfig({
  data: "elsewhere", keep: "5GB", limits: { memory: "4GB", few: { stages: ["own"], atOnce: 1, perMinute: 60 } },
  policy: { own: { resources: { cores: 1, memory: "1GB" }, mutex: "gpu" } },
})`,
    },
    "an experiment that reads the configuration": {
      "experiments/all.ts": `import config from "../refold.config.ts"\n${experimentText("config.policy", "own")}`,
    },
  }
  for (const [where, files] of Object.entries(edits)) {
    lab.write(files)
    t.same((await lab.json("--exp", "all")).tasks, { own: "cached" }, where)
  }
  t.same((await lab.json("--exp", "all", "--policy", "own.timeout=61", "--policy", "own.retries=2")).tasks, {
    own: "cached",
  })
})

t.test("a stage beside its experiment, with its configuration at hand, keeps its key too", async (t) => {
  const module = (limit: number, import_ = 'import config from "../refold.config.ts"') => `${import_}
import { Schema } from "effect"
import { experiment, stage } from "refold"
export const own = stage("own", {
  params: Schema.Struct({}), inputs: {}, outputs: { text: "text" }, run: () => ({ text: "done" }),
})
export default experiment("all", {}, () => own({}), { policy: { own: { ...config.policy.own, timeout: ${limit} } } })`
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    "experiments/all.ts": module(60),
    "refold.config.ts": configText("{ own: { timeout: 60 } }"),
  })
  t.same((await lab.json("--exp", "all")).tasks, { own: "ran" })
  lab.write({ "experiments/all.ts": module(61), "refold.config.ts": configText("{ own: { retries: 1 } }") })
  t.same((await lab.json("--exp", "all")).tasks, { own: "cached" })
})

t.test("the library takes a policy, and the project's", async (t) => {
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    "parts.mjs": `import { Schema } from "effect"
import { experiment, stage } from "refold"
const about = { params: Schema.Struct({}), inputs: {}, outputs: { text: "text" } }
export const given = stage("given", { ...about, run: ${fails} })`,
    "other.mjs": `import { Schema } from "effect"
import { stage } from "refold"
const about = { params: Schema.Struct({}), inputs: {}, outputs: { text: "text" } }
export const configured = stage("configured", { ...about, run: ${fails} })`,
    "refold.config.mjs": configText("{ configured: { retries: 1 }, given: { retries: 3 } }"),
    "run.mjs": `import { experiment, run } from "refold"
import { given } from "./parts.mjs"
import { configured } from "./other.mjs"
const all = experiment("all", {}, () => [given({}), configured({})])
const seen = []
const onEvent = ({ event, task }) => event === "attempt-failed" && seen.push(task)
await run(all, { jobs: 1, keepGoing: true, policy: { given: { retries: 0 } }, onEvent })
console.log(seen.sort().join(" "))
await run(all, { policy: { givne: { retries: 0 } } }).catch(({ message }) => console.log(message))`,
  })
  const { stdout, code } = await execute(lab.root, process.execPath, ["run.mjs"])
  t.equal(code, 0)
  t.equal(stdout, 'configured configured given\nrun: there is no stage "givne"; did you mean "given"?\n')
})

t.test(
  "a configuration says where artifacts lie and data is looked for, and an option says it before",
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "stages/own.ts": stageText("own", "", "({ settings }) => ({ text: String(settings.data) })"),
      "experiments/all.ts": experimentText("{}", "own"),
      "refold.config.ts":
        'import { defineConfig } from "refold"\nexport default defineConfig({ artifacts: "kept", data: "given" })',
    })
    t.same((await lab.json("--exp", "all")).tasks, { own: "ran" })
    t.same(
      readdirSync(lab.root).filter((name) => ["artifacts", "kept", "given"].includes(name)),
      ["kept"],
    )
    t.match((await lab.plain("runs")).stdout, /all/)
    const objects = join(lab.root, "kept", "objects")
    const texts = readdirSync(objects, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"))
    t.ok(texts.includes(join(lab.root, "given")), "the stage is told of the folder")
    t.same((await lab.json("--exp", "all", "--artifacts", join(lab.root, "other"))).tasks, { own: "ran" })
  },
)

t.test("what takes more than there is exits with 2 and what would help, before anything runs", async (t) => {
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    "stages/own.ts": stageText("own", ', resources: { cores: 3, memory: "1MB" }', '() => ({ text: "done" })'),
    "experiments/all.ts": experimentText("{}", "own"),
  })
  const refused = await lab.json("--exp", "all", "--jobs", "2")
  t.equal(refused.code, 2)
  t.match(refused.of("refused"), [
    { error: { tag: "DoesNotFit", message: /takes 3 cores, and --jobs gives this run 2: say --jobs 3/ } },
  ])
  t.same(refused.tasks, {})
  const planned = await lab.json("--exp", "all", "--jobs", "2", "--plan")
  t.equal(planned.code, 2, "and so does its plan, once it has said all else")
  t.match(planned.of("planned"), [{ task: "own", status: "will-run" }])
  t.match(planned.of("refused"), [{ error: { tag: "DoesNotFit" } }])
  const less = ["--policy", "own.resources.cores=2"]
  t.equal((await lab.json("--exp", "all", "--jobs", "2", "--plan", ...less)).code, 0)
  const fewer = await lab.json("--exp", "all", "--jobs", "2", "--policy", "own.resources.cores=2")
  t.same(fewer.tasks, { own: "ran" })
  t.same(
    (await lab.json("--exp", "all", "--jobs", "2")).tasks,
    { own: "cached" },
    "what is cached needs no room",
  )
})
