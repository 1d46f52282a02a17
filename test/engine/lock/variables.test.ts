// in turn, in CI: it starts processes.
import { cpSync, readFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import type { Ran } from "../../../engine/testing/command.ts"
import { type Project, project } from "../../../engine/testing/project.ts"

const files = {
  "package.json": '{ "type": "module" }',
  "stages/dated.ts": `
import { execFileSync } from "node:child_process"
import { Schema } from "effect"
import { stage } from "refold"
const print = ["-p", "process.env.ZONE_NAME + process.env.ELSE"]
export const dated = stage("dated", {
  params: Schema.Struct({}), inputs: {}, outputs: { out: "value" },
  environment: ["ZONE_NAME", "MODEL_HOME"], allow: ["processes"],
  run: () => ({ out: [process.env.ZONE_NAME ?? null, "MODEL_HOME" in process.env, process.env.ELSE ?? null, execFileSync(process.execPath, print).toString()] }),
})
export const plain = stage("plain", {
  params: Schema.Struct({}), inputs: {}, outputs: { out: "value" }, allow: ["environment"],
  run: () => ({ out: [typeof process.env.ZONE_NAME] }),
})
`,
  "experiments/zoned.ts": `
import { experiment } from "refold"
import { dated } from "../stages/dated.ts"
export default experiment("zoned", {}, () => ({ out: dated({}, {}).out }))
`,
  "experiments/bare.ts": `
import { experiment } from "refold"
import { plain } from "../stages/dated.ts"
export default experiment("bare", {}, () => ({ out: plain({}, {}).out }))
`,
}

/** What the stage returned. */
function gave({ root }: Project, ran: Ran): unknown {
  const out = ran.of("task-finished")[0]!.outputs.out!
  return JSON.parse(readFileSync(join(root, "artifacts/objects", out.slice(0, 2), out.slice(2)), "utf8"))
}

const berlin = { ZONE_NAME: "Europe/Berlin", ELSE: "1" }

t.test(
  "a stage sees the variables that it declares, its processes too, and their values are in its key",
  async (t) => {
    const lab = project(t, files)
    const run = ["--exp", "zoned", "--json"]
    const first = await lab.start([...run, "--update-lock"], berlin).ended
    t.equal(first.code, 0, first.stdout + first.stderr)
    t.same(gave(lab, first), ["Europe/Berlin", false, null, "Europe/Berlinundefined\n"])
    t.same((await lab.start(run, { ...berlin, ELSE: "2" }).ended).tasks, { dated: "cached" })
    for (const [env, text] of [
      [{ ZONE_NAME: "UTC" }, "variable ZONE_NAME Europe/Berlin → UTC"],
      [{ ...berlin, MODEL_HOME: "" }, 'variable MODEL_HOME (not set) → ""'],
      [{}, "variable ZONE_NAME Europe/Berlin → (not set)"],
    ] as const) {
      const why = await lab.start(["why", "dated", "--exp", "zoned"], env).ended
      t.ok(why.stdout.includes(text), why.stdout)
    }

    t.match(
      lab.read("experiments/zoned.lock.json"),
      /"environment":\{"MODEL_HOME":null,"ZONE_NAME":"Europe\/Berlin"\}/,
    )
    const clone = project(t, files)
    cpSync(join(lab.root, "experiments"), join(clone.root, "experiments"), { recursive: true })
    const verify = (env: Readonly<Record<string, string>>, ...more: ReadonlyArray<string>) =>
      clone.start(["verify", "--exp", "zoned", ...more], env).ended
    const elsewhere = await verify({}, "--recompute", "all")
    t.equal(elsewhere.code, 0, elsewhere.stdout + elsewhere.stderr)
    t.match(elsewhere.stdout, /dated: environment not checked: ZONE_NAME is not set here/)
    t.match(elsewhere.stdout, /1 of 1 task recomputed/, "with the value that the lock says")
    const there = await verify(berlin)
    t.equal(there.code, 0)
    t.notMatch(there.stdout, /not checked: ZONE/)
    const differs = await verify({ ZONE_NAME: "UTC" })
    t.equal(differs.code, 3)
    t.match(differs.stdout, /variable ZONE_NAME Europe\/Berlin → UTC/)
    t.equal((await clone.start([...run, "--locked"], {}).ended).code, 3, "a run takes no value from a lock")
  },
)

t.test("the allowance that once showed every variable says what to declare", async (t) => {
  const ran = await project(t, files).start(["--exp", "bare", "--json"], berlin).ended
  t.equal(ran.code, 1)
  t.match(
    ran.of("task-finished")[0]!.error!.message,
    /used the variable ZONE_NAME .*environment: \["ZONE_NAME"\]/,
  )
})
