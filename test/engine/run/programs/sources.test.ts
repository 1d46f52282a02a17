// in turn: it starts processes.
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { Codebase, stageCodes } from "../../../../engine/code/stage-code.ts"
import { digestOf } from "../../../../engine/content/digest.ts"
import { plan } from "../../../../engine/plan/plan.ts"
import { type Project, project } from "../../../../engine/testing/project.ts"
import { count } from "../../../counts.ts"

const posix = { skip: process.platform === "win32" && "it has no sh" }

const declared = `
import { Schema } from "effect"
import { experiment, shell } from "refold"
const fields = { params: Schema.Struct({}), outputs: { out: "text" }, environment: ["GATE", "MARK"], starts: ["cat", "touch"], stdout: "out", deterministic: true } as const
export const first = shell("first", { ...fields, inputs: {}, script: "first.sh", arguments: () => [] })
export const second = shell("second", { ...fields, inputs: { first: "text" }, script: "second.sh", sources: ["lib"], arguments: () => [] })
export default experiment("one", {}, () => { const { out } = first({}); return { second: second({}, { first: out }) } })
`

/** It waits for whoever opens the gate; fails the first time; and gives what lies beside it. */
const second = (word: string) => `
if [ ! -e "$MARK" ]; then touch "$MARK"; echo "at the gate" >&2; cat "$GATE"; exit 1; fi
echo ${word}; cat lib/beside.txt
`

function waiting(t: Tap) {
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    "experiments/one.ts": declared,
    "experiments/first.sh": 'echo "at the gate" >&2; cat "$GATE"',
    "experiments/second.sh": second("old"),
    "experiments/lib/beside.txt": "beside",
  })
  const env = { GATE: join(lab.root, "gate"), MARK: join(lab.root, "mark") }
  spawnSync("mkfifo", [env.GATE])
  return { lab, env, open: () => writeFileSync(env.GATE, "") }
}
type Tap = Parameters<typeof project>[0]

const edit = (lab: Project): void => {
  lab.write({ "experiments/second.sh": second("new"), "experiments/lib/beside.txt": "edited" })
}

async function result(lab: Project, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await lab.start(["show", "--exp", "one", "--json"], env).ended
  return readFileSync(JSON.parse(stdout).outputs["second.out"].path, "utf8")
}

t.test(
  "what runs is what was hashed when the run began, in every attempt, and beside a gc",
  posix,
  async (t) => {
    for (const when of ["before it starts", "between two attempts"])
      await t.test(`an edit ${when}`, async (t) => {
        const { lab, env, open } = waiting(t)
        const started = lab.start(["--exp", "one", "--json", "--policy", "second.retries=1"], env)
        const gate = (task: string) =>
          started.event("printed", (event) => event.task === task && /at the gate/.test(event.text))
        await gate("first")
        const kept = digestOf(Buffer.from(second("old")))
        const object = join(lab.root, "artifacts/objects", kept.slice(0, 2), kept.slice(2))
        t.ok(existsSync(object), "it was stored when it was hashed")
        t.equal((await lab.start(["gc"], env).ended).code, 0)
        t.ok(existsSync(object), "and is spared while the run goes on")
        if (when === "before it starts") edit(lab)
        open()
        await gate("second")
        if (when !== "before it starts") edit(lab)
        open()
        const ended = await started.ended
        t.match(ended, { code: 0, tasks: { first: "ran", second: "ran" } })
        t.equal(await result(lab, env), "old\nbeside")

        const again = await lab.start(["--exp", "one", "--json", "--update-lock"], env).ended
        t.match(again, { code: 0, tasks: { first: "cached", second: "ran" } })
        t.equal(await result(lab, env), "new\nedited")
      })
  },
)

t.test("verify --recompute runs what the sources are today", posix, async (t) => {
  const { lab, env } = waiting(t)
  lab.write({ "experiments/first.sh": "echo 1" })
  writeFileSync(env.MARK, "")
  t.equal((await lab.start(["--exp", "one", "--json", "--update-lock"], env).ended).code, 0)
  t.equal((await lab.start(["gc"], env).ended).code, 0)
  const same = await lab.start(["verify", "--exp", "one", "--recompute", "all"], env).ended
  t.equal(same.code, 0, "also where the store has its sources no more")
  edit(lab)
  const edited = await lab.start(["verify", "--exp", "one", "--recompute", "all"], env).ended
  t.equal(edited.code, 3)
  t.match(edited.stdout, new RegExp(`out is ${digestOf(Buffer.from("new\nedited")).slice(0, 12)}`))
})

t.test("sources are held in no memory, however large and many", async (t) => {
  const many = count(200, 5_000)
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    "experiments/one.ts": `
import { Schema } from "effect"
import { experiment, program } from "refold"
export const large = program("large", { params: Schema.Struct({}), inputs: {}, outputs: { out: "text" }, sources: ["large", "lib"], command: ({ sources }) => [sources.large] })
export default experiment("one", {}, () => ({ large: large({}) }))`,
    "experiments/large": "",
    ...Object.fromEntries(Array.from({ length: many }, (_, i) => [`experiments/lib/${i}.txt`, String(i)])),
  })
  truncateSync(join(lab.root, "experiments/large"), 300 * 1024 * 1024)
  const { default: experiment } = await import(join(lab.root, "experiments/one.ts"))
  const before = process.memoryUsage().arrayBuffers
  const codes = await stageCodes(plan(experiment, {}), new Codebase(lab.root))
  const sources = codes.get("large")!.program!.sources
  t.equal(sources.length, many + 1)
  t.ok(process.memoryUsage().arrayBuffers - before < 16 * 1024 * 1024)
})
