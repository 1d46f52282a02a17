// in turn: it starts processes.
// Locks of runs in which tasks of groups failed, and whatever takes these groups does with less.
import { rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { parseLock } from "../../../engine/lock/lock-file.ts"
import { project } from "../../../engine/testing/project.ts"

const lockFile = "experiments/roots.lock.json"
const lab = project(t, {
  "package.json": '{"type":"module"}',
  "experiments/roots.ts": `import { Schema } from "effect"
import { each, experiment, settled, stage } from "refold"
export const listing = stage("listing", {
  params: Schema.Struct({}), inputs: {}, outputs: { list: "value" }, run: () => ({ list: [4, -1, 9] }),
})
export const root = stage("root", {
  params: Schema.Struct({ number: Schema.Number }), inputs: {}, outputs: { root: "value" },
  run: ({ params }) => {
    if (params.number < 0) throw new RangeError("no negative numbers")
    return { root: Math.sqrt(params.number) }
  },
})
export const report = stage("report", {
  params: Schema.Struct({}), inputs: { roots: settled("value") }, outputs: { text: "text" },
  run: ({ inputs }) => ({ text: inputs.roots.succeeded.map(({ content }) => content).join() + " but " + inputs.roots.failed.join() }),
})
export default experiment("roots", {}, () =>
  report({}, { roots: each("numbers", listing({}).list, (number) => root({ number }).root) }).text,
)`,
})
const run = (...args: ReadonlyArray<string>) => lab.json("--exp", "roots", "--keep-going", ...args)

t.test(
  "--update-lock wants --incomplete where tasks of a group failed, and the lock says which",
  async (t) => {
    const refused = await run("--update-lock")
    t.equal(refused.code, 1)
    t.match(refused.of("lock"), [{ status: "incomplete" }])
    t.throws(() => lab.read(lockFile))
    const written = await run("--update-lock", "--incomplete")
    t.equal(written.code, 1)
    t.match(written.of("lock"), [{ status: "created" }])
    const { items } = parseLock(lab.read(lockFile), lockFile).groups.numbers!
    t.same(items["-1"], ["", { failed: ["root"] }])
    t.match((await run()).of("lock"), [{ status: "same" }])
  },
)

t.test(
  "a clone verifies what took the group that is not whole: the names of what failed are in its key",
  async (t) => {
    const clone = project(t, lab.root)
    rmSync(join(clone.root, "artifacts"), { recursive: true })
    t.match(await clone.plain("verify", "--exp", "roots"), {
      code: 0,
      stdout:
        /the lock is incomplete: nothing of 1 task that gave nothing when it was made \(root@numbers=-1\)/,
    })
    const { stdout } = await clone.plain("verify", "--exp", "roots", "--json")
    t.match(JSON.parse(stdout), { event: "verify-finished", incomplete: ["root@numbers=-1"] })
    clone.write({ [lockFile]: clone.read(lockFile).replace('{"failed":["root"]}', '{"failed":[]}') })
    t.match(await clone.plain("verify", "--exp", "roots"), {
      code: 3,
      stdout: /root@numbers=-1 is not in the lock file/,
    })
  },
)

t.test("--incomplete goes with --update-lock alone", async (t) => {
  t.match(await lab.plain("--exp", "roots", "--incomplete"), { code: 2, stderr: /goes with --update-lock/ })
})
