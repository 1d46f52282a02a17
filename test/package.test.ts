// in turn, in CI, first: it packs, installs and compiles.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { installed, launch, link, node, packed, ranIn, tsx, typescript } from "./support/installed.ts"

const tarball = await packed(t)
const project = await installed(t, tarball, "test/fixtures/survey")
const refold = (...args: ReadonlyArray<string>) => node(project, launch, ...args)
const survey = () => ranIn(project, "survey")

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
  t.same(await survey(), { ran: 3, cached: 0 })
  t.same(await survey(), { ran: 0, cached: 3 })
  const csv = readFileSync(join(project, "data/survey.csv"), "utf8")
  writeFileSync(join(project, "data/survey.csv"), `${csv}Dora,9\n`)
  t.same(await survey(), { ran: 2, cached: 1 }, "the grown-ups are the same as before")
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
