// in turn, in CI: it starts processes.
import { spawnSync } from "node:child_process"
import { renameSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { project } from "../../../../engine/testing/project.ts"
import { install, makeVenv, noPython } from "../../../support/virtual-environment.ts"

const declared = `
import { Schema } from "effect"
import { experiment, python } from "refold"
const fields = { params: Schema.Struct({}), inputs: {}, outputs: { out: "json" }, venv: ".venv", deterministic: true } as const
export const steady = python("steady", { ...fields, script: "steady.py" })
export const clock = python("clock", { ...fields, script: "clock.py", environment: ["PLACE"] })
export default experiment("one", {}, () => ({ steady: steady({}), clock: clock({}) }))
`
const observing = `
import { Schema } from "effect"
import { experiment, shell } from "refold"
export const stamp = shell("stamp", { params: Schema.Struct({}), inputs: {}, outputs: { out: "text" }, script: "stamp.sh", starts: ["date"], stdout: "out", arguments: () => [] })
export const size = shell("size", { params: Schema.Struct({}), inputs: { stamp: "text" }, outputs: { out: "text" }, script: "size.sh", starts: ["wc"], stdin: "stamp", stdout: "out", arguments: () => [], deterministic: true })
export default experiment("one", {}, () => { const { out } = stamp({}); return { stamp: out, size: size({}, { stamp: out }) } })
`
const reading = `
import { Schema } from "effect"
import { experiment, file, python } from "refold"
const fields = { params: Schema.Struct({}), outputs: { out: "json" }, venv: ".venv", deterministic: true } as const
export const declared = python("declared", { ...fields, script: "read.py", sources: ["beside.txt"], inputs: { rows: "file:csv" }, arguments: ({ sources, inputs, outputs }) => [outputs.out, sources["beside.txt"], inputs.rows] })
export const secretly = python("secretly", { ...fields, script: "read.py", inputs: {}, environment: ["ELSEWHERE"], arguments: ({ outputs }) => [outputs.out] })
export default experiment("one", {}, () => ({ declared: declared({}, { rows: file("data/rows.csv", "file:csv") }), secretly: secretly({}) }))
`
const script = (value: string) => `
import json, sys, time
assert sys.argv[1:] == ["--out", "outputs/out.json"]
json.dump({"value": ${value}}, open(sys.argv[2], "w"))
`

t.test(
  "verify holds a program to `deterministic`, and takes what it runs in from the lock where that is not at hand",
  { skip: noPython },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/one.ts": declared,
      "experiments/steady.py": script("1.5"),
      "experiments/clock.py": script("time.time_ns()"),
    })
    install(makeVenv(lab.root), "widget", "1.5.0")
    const env = { PLACE: "here" }
    const json = async (...args: ReadonlyArray<string>) =>
      lab.start([...args, "--json", "--jobs", "1"], env).ended
    t.equal((await json("--exp", "one", "--update-lock")).code, 0)
    t.equal((await json("verify", "--exp", "one")).code, 0)
    const again = await lab.start(["verify", "--exp", "one", "--recompute", "all"], env).ended
    t.equal(again.code, 3)
    t.match(again.stdout, /clock: out is [0-9a-f]{12}, the lock says/)
    t.notMatch(again.stdout, /differs.*steady/)

    const unset = await lab.plain("verify", "--exp", "one")
    t.equal(unset.code, 0)
    t.match(unset.stdout, /clock: environment not checked: PLACE is not set here/)

    renameSync(join(lab.root, ".venv"), join(lab.root, "elsewhere"))
    const elsewhere = await lab.plain("verify", "--exp", "one")
    t.equal(elsewhere.code, 0)
    t.match(
      elsewhere.stdout,
      /steady: environment not checked: there is no virtual environment in \.venv: make it/,
    )
    lab.write({ "experiments/steady.py": script("2") })
    const edited = await lab.plain("verify", "--exp", "one")
    t.equal(edited.code, 3)
    t.match(edited.stdout, /experiments\/steady\.py edited/)
    const run = await json("--exp", "one", "--keep-going")
    t.equal(run.code, 1)
    t.match(run.of("task-finished")[0]!.error, {
      tag: "EnvironmentMissing",
      message: /python3 -m venv \.venv/,
    })
  },
)

t.test(
  "a program that promises nothing is observed: its answers have dates, none is an alarm, and what follows is computed",
  { skip: process.platform === "win32" && "it has no sh" },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/one.ts": observing,
      "experiments/stamp.sh": "date +%s%N",
      "experiments/size.sh": "wc -c",
    })
    t.equal((await lab.json("--exp", "one", "--update-lock")).code, 0)
    const lock = JSON.parse(lab.read("experiments/one.lock.json"))
    t.match(lock["task stamp"].observed, { at: String, nth: 1 })
    t.equal(lock["task size"].observed, undefined)
    const again = await lab.json("--exp", "one", "--force", "stamp")
    t.same(again.of("nondeterministic"), [])
    const verified = await lab.plain("verify", "--exp", "one", "--recompute", "all")
    t.equal(verified.code, 0)
    t.match(verified.stdout, /1 of [12] tasks? recomputed/)
  },
)

t.test(
  "verify --trace names what a program opens that is neither input, source, installed nor the system's",
  { skip: noPython || (spawnSync("strace", ["-V"]).error !== undefined && "there is no strace") },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "data/rows.csv": "a\n1\n",
      "experiments/one.ts": reading,
      "experiments/beside.txt": "1",
      "experiments/read.py":
        "import json, os, sys\npaths = sys.argv[2:] + [os.environ[name] for name in ['ELSEWHERE'] if name in os.environ]\njson.dump([len(open(path).read()) for path in paths], open(sys.argv[1], 'w'))\n",
    })
    makeVenv(lab.root)
    const env = { ELSEWHERE: join(lab.root, "experiments/beside.txt") }
    const ran = (...args: ReadonlyArray<string>) => lab.start(args, env).ended
    t.equal((await ran("--exp", "one", "--update-lock")).code, 0)
    const traced = await ran("verify", "--exp", "one", "--trace")
    t.equal(traced.code, 3)
    t.match(traced.stdout, /secretly opened what is neither .*: experiments\/beside\.txt\n/)
    t.notMatch(traced.stdout, /declared opened/)
    t.equal((await ran("verify", "--exp", "one", "--trace", "--recompute", "declared")).code, 0)
    const without = await lab.start(["verify", "--exp", "one", "--trace"], {
      PATH: join(lab.root, ".venv/bin"),
    }).ended
    t.match(without, {
      code: 2,
      stderr: /--trace watches programs with strace, and there is none in PATH: install it/,
    })
  },
)
