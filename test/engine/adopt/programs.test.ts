// in turn, in CI: it starts many command lines.
// Programs: their sources may move as code does, and a sample of them runs again under the new ones.
import t from "tap"
import { project } from "../../../engine/testing/project.ts"

const declared = `
import { Schema } from "effect"
import { each, experiment, shell, stage } from "refold"
const fields = { params: Schema.Struct({ n: Schema.Number }), inputs: {}, outputs: { out: "text" }, stdout: "out" } as const
export const list = stage("list", { params: Schema.Struct({}), inputs: {}, outputs: { items: "value" }, run: () => ({ items: [1, 2] }) })
export const count = shell("count", { ...fields, script: "count.sh", arguments: (_, { n }) => [String(n)], deterministic: true })
export const look = shell("look", { ...fields, script: "look.sh", arguments: (_, { n }) => [String(n)] })
export default experiment("one", {}, () => ({
  counts: [1, 2, 3].map((n) => count({ n })), look: look({ n: 1 }), grouped: each("grouped", list({}).items, (n) => count({ n }).out),
}))
`
const files = {
  "package.json": '{"type":"module"}',
  "experiments/one.ts": declared,
  "experiments/count.sh": "echo $1",
  "experiments/look.sh": "echo $1",
}

t.test(
  "a program whose sources moved is adopted when a sample gives the same bits, and what promises none is not",
  { skip: process.platform === "win32" && "it has no sh" },
  async (t) => {
    const lab = project(t, files)
    t.equal((await lab.json("--exp", "one", "--update-lock")).code, 0)
    lab.write({ "experiments/count.sh": 'n="$1"\necho $n', "experiments/look.sh": 'n="$1"\necho $n' })

    const observed = await lab.plain("adopt", "look", "--exp", "one")
    t.equal(observed.code, 2)
    t.match(observed.stderr, /1 task of look cannot be adopted \(look\): it was observed, not computed/)
    const adopted = await lab.plain("adopt", "count", "--exp", "one", "--sample", "1")
    t.equal(adopted.code, 0)
    t.match(adopted.stdout, /experiments\/count\.sh edited/)
    t.match(adopted.stdout, /5 tasks adopted from the lock, of which 3 computed again whole/)
    const { look, ...others } = (await lab.json("--exp", "one")).tasks
    t.equal(look, "ran")
    t.same([...new Set(Object.values(others))], ["cached"], "those of a group, too")
    const lock = lab.read("experiments/one.lock.json")

    lab.write({ "experiments/count.sh": 'echo "$1 "' })
    const differing = await lab.plain("adopt", "count", "--exp", "one")
    t.equal(differing.code, 3)
    t.match(differing.stdout, /out is [0-9a-f]{12}, the lock says/)
    t.equal(lab.read("experiments/one.lock.json"), lock, "and nothing was adopted")
  },
)
