// in turn: it starts processes.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { execute } from "../engine/testing/processes.ts"
import { project as linked } from "../engine/testing/project.ts"
import { installed, link, packed } from "./support/installed.ts"
import { root } from "./support/sources.ts"

const typescript = join(root, "node_modules/typescript-7/bin/tsc")
const tsx = `--import=${new URL("../node_modules/tsx/dist/esm/index.mjs", import.meta.url).href}`
const node = (cwd: string, ...args: ReadonlyArray<string>) => execute(cwd, process.execPath, args)

const tarball = await packed(t)
const project = await installed(t, tarball, "test/fixtures/survey")
const learning = await installed(t, tarball, "test/fixtures/learning")
const launch = "node_modules/refold/engine/build/launch.mjs"
const refold = (...args: ReadonlyArray<string>) => node(project, launch, ...args)
const survey = (t: Test) => ranIn(t, project, "survey")

async function ranIn(t: Test, root: string, experiment: string) {
  const { code, stdout, stderr } = await node(root, launch, "--exp", experiment, "--json")
  t.equal(code, 0, stderr)
  const events: ReadonlyArray<{ event: string; ran?: number; cached?: number }> = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
  return { ran: events.at(-1)!.ran, cached: events.at(-1)!.cached }
}

/** Digests of the stages' code that a project keeps. */
const codesOf = (root: string): ReadonlyArray<string> =>
  readdirSync(join(root, "node_modules/.cache/refold/code"))
    .filter((name) => name.endsWith(".mjs"))
    .sort()

t.test(
  "the package holds what runs, its types and what its entries are made of, in less than 3 MB",
  async (t) => {
    const files = readdirSync(join(project, "node_modules/refold"), { recursive: true }).map(String)
    const { mode } = statSync(join(project, "node_modules/refold/engine/build/launch.mjs"))
    t.equal(mode & 0o111, 0o111, "its program may be run")
    t.ok(files.includes(join("dist", "worker.js")))
    t.ok(files.includes("LICENSE"))
    t.same(
      files.filter((file) => /(^|[/\\])(experiments|test|assembly)([/\\]|$)/.test(file)),
      [],
    )
    t.same(
      files.filter((file) => /^engine.*\.ts$|^dist[/\\]modules[/\\]engine.*\.js$/.test(file)),
      [],
      "of the engine no module but as it is bundled",
    )
    t.ok(tarball.size < 3e6, `${tarball.size} bytes`)
  },
)

t.test("a project compiles against the types of every entry", async (t) => {
  const { code, stdout } = await node(learning, typescript, "-p", ".", "--noEmit")
  t.equal(stdout, "")
  t.equal(code, 0)
})

t.test(
  "a project trains by the package's stages, whose code is there what it is in this repository",
  async (t) => {
    t.same(await ranIn(t, learning, "stripes"), { ran: 4, cached: 0 })
    t.same(await ranIn(t, learning, "stripes"), { ran: 0, cached: 4 })
    const { stdout } = await node(learning, launch, "show", "--exp", "stripes", "--json")
    t.ok(JSON.parse(stdout).metrics["tested.accuracy"] > 0.9)
    const here = linked(t, join(root, "test/fixtures/learning"))
    t.equal((await here.json("--exp", "stripes")).code, 0)
    t.same(codesOf(learning), codesOf(here.root))
  },
)

t.test(
  "an edit of a module of learning moves the code of the stages that reach it, and of no other",
  async (t) => {
    const before = codesOf(learning)
    const path = join(learning, "node_modules/refold/ml/data/k-fold.ts")
    const text = readFileSync(path, "utf8")
    t.teardown(() => writeFileSync(path, text))
    writeFileSync(path, `${text}\nconsole.log("loaded")\n`)
    t.same(await ranIn(t, learning, "stripes"), { ran: 0, cached: 4 }, "none folds")
    t.same(codesOf(learning), before)
    const split = join(learning, "node_modules/refold/ml/data/stratified.ts")
    const own = readFileSync(split, "utf8")
    t.teardown(() => writeFileSync(split, own))
    writeFileSync(split, `${own}\nexport const touched = Math.random\n`)
    t.same(await ranIn(t, learning, "stripes"), { ran: 0, cached: 4 }, "nothing takes that export")
    writeFileSync(split, own.replaceAll("found ${size", "got ${size"))
    t.same(await ranIn(t, learning, "stripes"), { ran: 1, cached: 3 }, "which splits, and gives the same")
  },
)

t.test("a script trains by what Node imports as it is, under the keys of the command line", async (t) => {
  const { stdout, stderr } = await node(learning, tsx, "train-here.ts")
  t.equal(stderr, "")
  t.match(JSON.parse(stdout), { ran: 0, cached: 4, accuracy: Number })
})

t.test("an installed project is told what to type for native kernels, and that is a command", async (t) => {
  const refused = await node(learning, launch, "--exp", "stripes", "--kernels", "native")
  t.equal(
    refused.stderr,
    "--kernels native: none is built for this processor: npx refold setup-native builds it\n",
  )
  t.equal(refused.code, 2)
  const { code, stdout } = await node(learning, launch, "setup-native", "--help")
  t.match(stdout, /^Usage: npx refold setup-native \[/)
  t.equal(code, 0)
})

t.test("what stands in a table of contents, and in which order, moves no stage's code", async (t) => {
  const table = join(learning, "node_modules/refold/ml/index.ts")
  const text = readFileSync(table, "utf8")
  t.teardown(() => writeFileSync(table, text))
  const before = codesOf(learning)
  const [comment, ...parts] = text.split("\n\n")
  const more = `export { permutation as shuffled } from "./statistics/random.ts"\n`
  writeFileSync(table, [comment, more, ...parts.reverse()].join("\n\n"))
  t.same(await ranIn(t, learning, "stripes"), { ran: 0, cached: 4 })
  t.same(codesOf(learning), before)
})

t.test("packages that few stages need are asked for by name where one does, and then it runs", async (t) => {
  const names = ["@resvg/resvg-wasm", "source-sans", "vega", "vega-lite"]
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const wanted = names.map((name) => `${name}@${manifest.peerDependencies[name]}`).join(" ")
  const { code, stderr } = await node(learning, launch, "--exp", "drawn")
  t.equal(
    stderr,
    `the packages ${names.map((name) => `"${name}"`).join(" and ")}, imported by the stage "visualize.learningCurves", are not installed: npm i ${wanted}\n`,
  )
  t.equal(code, 2)
  for (const name of names) link(learning, name)
  t.same(await ranIn(t, learning, "drawn"), { ran: 1, cached: 3 })
})

t.test(
  "what every project must install is the engine's: learning asks for nothing but where it is used",
  async (t) => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(project, "node_modules/refold/package.json"), "utf8"),
    )
    t.same(Object.keys(dependencies), ["@jridgewell/remapping", "acorn", "effect", "esbuild", "magic-string"])
    for (const name of Object.keys(peerDependencies))
      t.same(peerDependenciesMeta[name], { optional: true }, name)
  },
)

t.test("Node imports each entry as it is", async (t) => {
  const { stdout, stderr } = await node(
    learning,
    "--input-type=module",
    "--eval",
    `const [ml, charts, stages] = await Promise.all(["ml", "charts", "stages"].map((name) => import("refold/" + name)))
     const { layers } = ml.network({ layers: [{ type: "flatten" }] })
     console.log(layers.length, typeof charts.renderSvg, stages.train.stageName)`,
  )
  t.equal(stderr, "")
  t.equal(stdout, "1 function train\n")
})

t.test("a project compiles against the packed types, and wrong wirings in it do not", async (t) => {
  writeFileSync(
    join(project, "stages/page.ts"),
    'import script from "../page/main.ts?script"\nexport const page: string = script\n',
  )
  t.teardown(() => rmSync(join(project, "stages/page.ts")))
  const { code, stdout } = await node(project, typescript, "-p", ".", "--noEmit")
  t.equal(stdout, "")
  t.equal(code, 0)
})

t.test("a project runs, is cached, and runs again what a changed file reaches", async (t) => {
  t.same(await survey(t), { ran: 3, cached: 0 })
  t.same(await survey(t), { ran: 0, cached: 3 })
  const csv = readFileSync(join(project, "data/survey.csv"), "utf8")
  writeFileSync(join(project, "data/survey.csv"), `${csv}Dora,9\n`)
  t.same(await survey(t), { ran: 2, cached: 1 }, "the grown-ups are the same as before")
})

t.test("a script of the project runs an experiment and reads typed results back", async (t) => {
  const { stdout, stderr } = await node(project, tsx, "read-back.ts")
  t.equal(stderr, "")
  t.match(JSON.parse(stdout), {
    outcome: { ran: 1, cached: 1, failed: 0, skipped: 0 },
    names: ["Ada", "Carl"],
    rows: 2,
    last: "run-finished",
  })
})

t.test(
  "without better-sqlite3 all goes on with Node's own SQLite; with neither, one sentence says what to do",
  async (t) => {
    rmSync(join(project, "node_modules/better-sqlite3"))
    t.teardown(() => link(project, "better-sqlite3"))
    const hasOwn = process.getBuiltinModule?.("node:sqlite") !== undefined
    const commands = [
      ["--exp", "survey"],
      ["status"],
      ["runs"],
      ["show", "--exp", "survey"],
      ["gc", "--dry-run"],
    ]
    for (const command of commands) {
      const { code, stdout, stderr } = await refold(...command)
      if (hasOwn) t.match({ code, stderr }, { code: 0, stderr: "" }, command.join(" "))
      else
        t.match(
          { code, stdout, stderr },
          { code: 2, stdout: "", stderr: /^there is no SQLite: better-sqlite3 .*; use Node 22[^\n]*\n$/ },
          command.join(" "),
        )
    }
    const { code, stdout } = await refold("doctor", "--seconds", "0")
    if (hasOwn)
      t.match(
        stdout,
        /ok +SQLite +[\d.]+, node:sqlite, as better-sqlite3 does not load: it is not installed\n/,
      )
    else t.match(stdout, /BROKEN +SQLite +there is no SQLite: .*\n +→ use Node 22/)
    t.equal(code, hasOwn ? 0 : 1)
  },
)
