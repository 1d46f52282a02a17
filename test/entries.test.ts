// in turn, in CI, first: it packs, installs and bundles many times.
// The package's entries, in a project that has the tarball installed and trains by them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { build } from "esbuild"
import t from "tap"
import { execute } from "../engine/testing/processes.ts"
import { project as linked } from "../engine/testing/project.ts"
import { installed, launch, link, node, packed, ranIn, tsx, typescript } from "./support/installed.ts"
import { root, textOf } from "./support/sources.ts"

const tarball = await packed(t)
const learning = await installed(t, tarball, "test/fixtures/learning")

/** Digests of the stages' code that a project keeps. */
const codesOf = (root: string): ReadonlyArray<string> =>
  readdirSync(join(root, "node_modules/.cache/refold/code"))
    .filter((name) => name.endsWith(".mjs"))
    .sort()

t.test("a project compiles against the types of every entry", async (t) => {
  const { code, stdout } = await node(learning, typescript, "-p", ".", "--noEmit")
  t.equal(stdout, "")
  t.equal(code, 0)
})

t.test(
  "a project trains by the package's stages, whose code is there what it is in this repository",
  async (t) => {
    t.same(await ranIn(learning, "stripes"), { ran: 4, cached: 0 })
    t.same(await ranIn(learning, "stripes"), { ran: 0, cached: 4 })
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
    t.same(await ranIn(learning, "stripes"), { ran: 0, cached: 4 }, "none folds")
    t.same(codesOf(learning), before)
    const split = join(learning, "node_modules/refold/ml/data/stratified.ts")
    const own = readFileSync(split, "utf8")
    t.teardown(() => writeFileSync(split, own))
    writeFileSync(split, `${own}\nexport const touched = Math.random\n`)
    t.same(await ranIn(learning, "stripes"), { ran: 0, cached: 4 }, "nothing takes that export")
    writeFileSync(split, own.replaceAll("found ${size", "got ${size"))
    t.same(await ranIn(learning, "stripes"), { ran: 1, cached: 3 }, "which splits, and gives the same")
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

/** A page's bundle of a module of the project, by another bundler's rules than the engine's. */
async function page(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: learning },
    absWorkingDir: learning,
    bundle: true,
    format: "esm",
    platform: "browser",
    external: ["effect", ...Object.keys(JSON.parse(textOf("package.json")).peerDependencies)],
    write: false,
    metafile: true,
  })
  const [output] = Object.values(metafile.outputs)
  const { inputs } = output!
  return {
    size: outputFiles[0]!.contents.length,
    modules: Object.keys(inputs).filter((path) => inputs[path]!.bytesInOutput > 0),
  }
}

t.test(
  "a page can import all of refold/ml, without Node, and of what it does not use it gets nothing",
  async (t) => {
    const all = await page('import * as ml from "refold/ml"; globalThis.ml = ml')
    t.ok(all.modules.length > 100)
    const { size, modules } = await page(
      'import { wilsonInterval } from "refold/ml"; globalThis.w = wilsonInterval',
    )
    t.same(
      modules.filter((path) => path !== "<stdin>").map((path) => path.replace(/^.*dist\/modules\//, "")),
      ["ml/statistics/statistics-error.js", "ml/statistics/wilson.js"],
    )
    t.ok(size < 3000, `${size} bytes`)
  },
)

t.test("what stands in a table of contents, and in which order, moves no stage's code", async (t) => {
  const table = join(learning, "node_modules/refold/ml/index.ts")
  const text = readFileSync(table, "utf8")
  t.teardown(() => writeFileSync(table, text))
  const before = codesOf(learning)
  const [comment, ...parts] = text.split("\n\n")
  const more = `export { permutation as shuffled } from "./statistics/random.ts"\n`
  writeFileSync(table, [comment, more, ...parts.reverse()].join("\n\n"))
  t.same(await ranIn(learning, "stripes"), { ran: 0, cached: 4 })
  t.same(codesOf(learning), before)
})

t.test("packages that few stages need are asked for by name where one does, and then it runs", async (t) => {
  const names = ["@resvg/resvg-wasm", "source-sans", "vega", "vega-lite"]
  const manifest = JSON.parse(textOf("package.json"))
  const wanted = names.map((name) => `${name}@${manifest.peerDependencies[name]}`).join(" ")
  const { code, stderr } = await node(learning, launch, "--exp", "drawn")
  t.equal(
    stderr,
    `the packages ${names.map((name) => `"${name}"`).join(" and ")}, imported by the stage "visualize.learningCurves", are not installed: npm i ${wanted}\n`,
  )
  t.equal(code, 2)
  for (const name of names) link(learning, name)
  t.same(await ranIn(learning, "drawn"), { ran: 1, cached: 3 })
})

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

const program = (name: string, ...args: ReadonlyArray<string>) =>
  execute(root, process.execPath, [join(root, "node_modules", name), ...args])

t.test("publint finds nothing wrong with the package", async (t) => {
  const { code, stdout } = await program("publint/src/cli.js", tarball.path, "--strict")
  t.match(stdout, /All good!/)
  t.equal(code, 0)
})

t.test("every entry has types where there is ESM, by any way of resolution", async (t) => {
  const { code, stdout } = await program(
    "@arethetypeswrong/cli/dist/index.js",
    tarball.path,
    "--profile",
    "esm-only",
    "-f",
    "json",
  )
  const { analysis } = JSON.parse(stdout)
  t.same(Object.keys(analysis.entrypoints).sort(), [
    ".",
    "./charts",
    "./kernels.wasm",
    "./ml",
    "./package.json",
    "./stages",
  ])
  t.same(
    analysis.problems.filter(({ kind }: { kind: string }) => kind !== "CJSResolvesToESM"),
    [],
    "CommonJS loads it by import() alone",
  )
  t.equal(code, 0)
})
