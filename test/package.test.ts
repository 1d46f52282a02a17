// in turn: it starts processes.
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import t, { type Test } from "tap"
import { execute } from "../engine/testing/processes.ts"
import { temporaryFolder } from "../engine/testing/temporary-folder.ts"

// What `npm install refold` gives, without a network: the packed files, and links to the packages that they need.

const repository = fileURLToPath(new URL("..", import.meta.url))
const offline = { npm_config_offline: "true", npm_config_update_notifier: "false" }
const node = (cwd: string, ...args: ReadonlyArray<string>) => execute(cwd, process.execPath, args)

const link = (project: string, name: string): void => {
  mkdirSync(dirname(join(project, "node_modules", name)), { recursive: true })
  symlinkSync(join(repository, "node_modules", name), join(project, "node_modules", name))
}

/** The fixture with the tarball's files in node_modules/refold. */
async function installed(t: Pick<Test, "teardown">): Promise<string> {
  const project = join(temporaryFolder(t), "a project")
  cpSync(join(repository, "test/fixtures/survey"), project, { recursive: true })
  const packed = await execute(
    repository,
    "npm",
    ["pack", "--json", "--pack-destination", dirname(project)],
    offline,
  )
  if (packed.code !== 0) throw new Error(packed.stderr)
  const [{ filename }] = JSON.parse(packed.stdout)
  const refold = join(project, "node_modules/refold")
  mkdirSync(refold, { recursive: true })
  const tarball = join(dirname(project), filename)
  const unpacked = await execute(refold, "tar", ["-xzf", tarball, "--strip-components=1"])
  if (unpacked.code !== 0) throw new Error(unpacked.stderr)
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(project, "node_modules/refold/package.json"), "utf8"),
  )
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) link(project, name)
  return project
}

const project = await installed(t)
const refold = (...args: ReadonlyArray<string>) =>
  node(project, "node_modules/refold/engine/build/launch.mjs", ...args)
const survey = async (t: Test) => {
  const { code, stdout, stderr } = await refold("--exp", "survey", "--json")
  t.equal(code, 0, stderr)
  const events: ReadonlyArray<{ event: string; ran?: number; cached?: number }> = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
  return { ran: events.at(-1)!.ran, cached: events.at(-1)!.cached }
}

t.test(
  "the package holds what runs and its types, and none of this repository's sources or stages",
  async (t) => {
    const files = readdirSync(join(project, "node_modules/refold"), { recursive: true }).map(String)
    const { mode } = statSync(join(project, "node_modules/refold/engine/build/launch.mjs"))
    t.equal(mode & 0o111, 0o111, "its program may be run")
    t.ok(files.includes(join("dist", "worker.js")))
    t.ok(files.includes("LICENSE"))
    t.same(
      files.filter((file) => /(^|[/\\])(stages|experiments|test|assembly)([/\\]|$)/.test(file)),
      [],
    )
    t.same(
      files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts")),
      [],
    )
  },
)

t.test("a project compiles against the packed types, and wrong wirings in it do not", async (t) => {
  writeFileSync(
    join(project, "stages/page.ts"),
    'import script from "../page/main.ts?script"\nexport const page: string = script\n',
  )
  t.teardown(() => rmSync(join(project, "stages/page.ts")))
  const { code, stdout } = await node(
    project,
    join(repository, "node_modules/typescript-7/bin/tsc"),
    "-p",
    ".",
    "--noEmit",
  )
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
  const { stdout, stderr } = await node(
    project,
    `--import=${new URL("../node_modules/tsx/dist/esm/index.mjs", import.meta.url).href}`,
    "read-back.ts",
  )
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
