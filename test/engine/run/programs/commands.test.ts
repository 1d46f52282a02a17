// in turn: it starts processes.
import t from "tap"
import { digestOf } from "../../../../engine/content/digest.ts"
import { project } from "../../../../engine/testing/project.ts"

const declared = `
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { experiment, program } from "refold"
const written = (name: string, text: () => unknown, more = {}) =>
  program(name, { params: Schema.Struct({}), inputs: {}, outputs: { out: "text" }, sources: ["write.sh"], deterministic: true, command: () => ["sh", "write.sh", String(text())], ...more })
export const chance = written("chance", () => Math.random())
export const uuid = written("uuid", () => crypto.randomUUID())
export const file = written("file", () => readFileSync("package.json"))
export const started = written("started", () => spawnSync("date").stdout)
export const network = written("network", () => fetch("http://localhost"))
export const threads = written("threads", () => 0, { threads: () => 1 + Math.random() })
export const thrown = written("thrown", () => { throw new Error("no such column") })
export const variable = written("variable", () => process.env.PLACE ?? "unset")
export const clock = written("clock", () => Date.now())
const all = { chance, uuid, file, started, network, threads, thrown, variable, clock }
export default experiment("one", {}, () => Object.fromEntries(Object.entries(all).map(([name, each]) => [name, each({})])) as any)
`

t.test(
  "a command is made of its paths and params alone: what else it uses is refused and named, or is the same everywhere",
  { skip: process.platform === "win32" && "it has no sh" },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/one.ts": declared,
      "experiments/write.sh": 'printf %s "$1" > outputs/out.txt',
    })
    const env = { PLACE: "here" }
    const { of } = await lab.start(["--exp", "one", "--keep-going", "--json"], env).ended
    const errors = Object.fromEntries(
      of("task-finished").map(({ task, error }) => [task, error?.message ?? "none"]),
    )
    t.match(errors, {
      chance:
        /^chance: the command of "chance" used Math\.random: take a seed as a param and use a seeded generator$/,
      uuid: /^uuid: the command of "uuid" used crypto's randomUUID: take a seed/,
      file: /^file: the command of "file" used the file package\.json: wire it as an input with file\(…\)$/,
      started:
        /^started: the command of "started" used a process \(spawnSync\): what a program reads is in no key/,
      network:
        /^network: the command of "network" used the network \(fetch\): it depends on nothing but what it is given$/,
      threads: /^threads: the command of "threads" used Math\.random/,
      thrown: /^thrown: its `command` failed: no such column$/,
      variable: "none",
      clock: "none",
    })
    for (const message of Object.values(errors))
      t.notMatch(message, "allow", "a command cannot be allowed more")

    const outputs = Object.fromEntries(
      of("task-finished").map(({ task, outputs }) => [task, outputs.out as string]),
    )
    t.equal(outputs.variable, digestOf(Buffer.from("unset")))
    t.equal(outputs.clock, digestOf(Buffer.from("0")))
    const preview = await lab.plain("why", "chance", "--exp", "one")
    t.match(`${preview.stdout}${preview.stderr}`, /the command of "chance" used Math\.random/)
  },
)
