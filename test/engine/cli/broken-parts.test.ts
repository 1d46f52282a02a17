// in turn, in CI: it starts processes.
// One part of a project that is broken, or no project at all: what the others are told, and what is left alone.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { commandLineIn } from "../../../engine/testing/command.ts"
import { temporaryFolder } from "../../../engine/testing/temporary-folder.ts"
import { count } from "../../counts.ts"
import { labProject } from "../support/lab.ts"

const broken: Readonly<Record<string, readonly [string, RegExp]>> = {
  "at-load": [
    `const given: string[] = []\nexport default given[0]!.length`,
    /experiments\/at-load\.ts:2:\d+: /,
  ],
  torn: ["export default experiment(", /experiments\/torn\.ts:1:\d+: /],
  empty: ["export const nothing = 0", /experiments\/empty\.ts exports no experiment/],
  twice: [
    `import { experiment, stage } from "refold"
    import { Schema } from "effect"
    import { tick } from "../stages/tick.ts"
    const other = stage("tick", { params: Schema.Struct({}), inputs: {}, outputs: { x: "value" }, run: () => ({ x: 0 }) })
    export default experiment("twice", {}, () => [tick({}, {}, { a: 1 }), other({}, {}, { a: 2 })])`,
    /two stages are called "tick" \(stages\/tick\.ts, experiments\/twice\.ts\)/,
  ],
}
const lab = labProject(t)
await lab.json("--exp", "grid", "--update-lock")
await lab.json("--exp", "grid", "--set", "limit=1")
for (const [name, [text]] of Object.entries(broken)) lab.write({ [`experiments/${name}.ts`]: text })

t.test(
  "an experiment that cannot be loaded or planned is named with its place, and breaks no other",
  async (t) => {
    const list = await lab.plain("list")
    const status = await lab.plain("status")
    const doctor = await lab.plain("doctor", "--seconds", "0")
    for (const { code, stdout, stderr } of [list, status, doctor]) {
      t.equal(code, 0, stderr)
      t.match(stdout, /\bgrid\b/)
      t.notMatch(stdout + stderr, /\n\s+at /)
    }
    for (const [name, [, message]] of Object.entries(broken)) {
      t.match(status.stdout, message, name)
      t.match(doctor.stdout, message, name)
      if (name !== "twice") t.match(list.stdout, message, name)
    }
    for (const command of [["runs"], ["show", "--exp", "grid"], ["gc", "--dry-run"]])
      t.equal((await lab.plain(...command)).code, 0, command.join(" "))
    const rows = (await lab.plain("status", "--json")).stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
    t.match(
      rows.find(({ experiment }) => experiment === "grid"),
      { cached: Number, "differing from lock": 0 },
    )
    t.match(
      rows.find(({ experiment }) => experiment === "torn"),
      { error: { tag: "BundleError" } },
    )
  },
)

t.test("a lock in conflict breaks no other experiment, and gc keeps all that it may pin", async (t) => {
  const path = join(lab.root, "experiments/grid.lock.json")
  const whole = readFileSync(path, "utf8")
  const objects = () => readdirSync(join(lab.root, "artifacts/objects"), { recursive: true }).length
  const before = objects()
  for (const [text, what] of [
    [
      `${whole.slice(0, 400)}\n<<<<<<< ours\n${whole.slice(400)}=======\n>>>>>>> theirs\n`,
      /has merge conflicts/,
    ],
    [whole.slice(0, whole.length / 2), /is not JSON/],
  ] as const) {
    writeFileSync(path, text)
    const status = await lab.plain("status")
    t.equal(status.code, 0)
    t.match(status.stdout, what)
    t.match(status.stdout, /^held /m)
    const gc = await lab.plain("gc", "--keep-runs", "0")
    t.equal(gc.code, 0, gc.stderr)
    t.match(gc.stdout, what)
    t.match(gc.stdout, /all that its runs made, and whatever it names, stays/)
    t.equal(objects(), before)
  }
  writeFileSync(path, whole)
  t.match((await lab.plain("gc", "--keep-runs", "0")).stdout, /went/)
  t.ok(objects() < before, "what only the run of other params made has gone")
  t.match((await lab.json("--exp", "grid")).last, { ran: 0 }, "what the lock pins has not")
})

t.test("in a folder that is no project every command is refused, and makes nothing there", async (t) => {
  const folder = temporaryFolder(t)
  const here = commandLineIn(t, folder)
  const commands = [
    "gc",
    "--exp grid",
    "list",
    "status",
    "runs",
    "doctor",
    "show --exp grid",
    "logs a",
    "why a",
  ]
  for (const command of commands.slice(0, count(3, commands.length))) {
    const { code, stderr } = await here.plain(...command.split(" "))
    t.equal(code, 2, command)
    t.match(stderr, /no project here: .* package\.json; .*npm init -y/, command)
  }
  t.same(readdirSync(folder), [])
  t.equal((await here.plain("--help")).code, 0)
})
