// in turn: it starts processes.
import t from "tap"
import { project } from "../../../../engine/testing/project.ts"

const digests = ["1", "2"].map((digit) => digit.repeat(64)) as [string, string]
const declared = (digest: string) => `
import { Schema } from "effect"
import { experiment, image, program } from "refold"
export const fit = program("fit", { params: Schema.Struct({}), inputs: {}, outputs: { out: "text" }, sources: ["fit.sh"], installed: image("tools/fit@sha256:${digest}"), deterministic: true, stdout: "out", command: () => ["sh", "fit.sh"] })
export default experiment("one", {}, () => ({ fit: fit({}) }))
`

t.test(
  "another image runs its program again, and why names it",
  { skip: process.platform === "win32" && "it has no sh" },
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "experiments/one.ts": declared(digests[0]),
      "experiments/fit.sh": "echo 1",
    })
    t.match(await lab.json("--exp", "one", "--update-lock"), { tasks: { fit: "ran" } })
    t.match(await lab.json("--exp", "one"), { tasks: { fit: "cached" } })
    lab.write({ "experiments/one.ts": declared(digests[1]) })
    const { stdout } = await lab.plain("why", "fit", "--exp", "one")
    t.match(stdout, /image tools\/fit 11111111 → 22222222/)
    const verified = await lab.plain("verify", "--exp", "one")
    t.equal(verified.code, 3)
    t.notMatch(verified.stdout, /environment unknown/)
    t.match(await lab.json("--exp", "one"), { tasks: { fit: "ran" } })
  },
)
