// in turn, in CI: it starts processes.
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
