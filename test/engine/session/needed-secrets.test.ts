// in turn, in CI: it starts processes.
import t from "tap"
import { project } from "../../../engine/testing/project.ts"
import { leaks, secret, temporary } from "../support/secret-project.ts"

const face = 'params: Schema.Struct({}), inputs: {}, outputs: { out: "value" }'
const plain = "sk-plain-0123456789"

const files = {
  "package.json": '{ "type": "module" }',
  "stages/parts.ts": `
import { Schema } from "effect"
import { stage } from "refold"
export const list = stage("list", { ${face}, run: () => ({ out: ["a", "b"] }) })
export const ask = stage("ask", {
  params: Schema.Struct({ of: Schema.String }), inputs: {}, outputs: { out: "value" }, secrets: ["API_KEY"],
  run: ({ params, secrets }) => ({ out: params.of + secrets.API_KEY.length }),
})
export const zoned = stage("zoned", { ${face}, environment: ["ZONE_NAME"], run: () => ({ out: 1 }) })
export const keyed = stage("keyed", { ${face}, environment: ["API_KEY"], run: () => ({ out: 1 }) })
`,
  "experiments/both.ts": `
import { experiment } from "refold"
import { ask, keyed } from "../stages/parts.ts"
export default experiment("both", {}, () => [ask({ of: "a" }).out, keyed({}).out])
`,
  "experiments/inside.ts": `
import { each, experiment } from "refold"
import { ask, keyed, list } from "../stages/parts.ts"
export default experiment("inside", {}, () => each("items", list({}).out, (of: string) => [ask({ of }).out, keyed({}).out]))
`,
  "experiments/valued.ts": `
import { experiment } from "refold"
import { ask, zoned } from "../stages/parts.ts"
export default experiment("valued", {}, () => [ask({ of: "a" }).out, zoned({}).out])
`,
  "experiments/wired.ts": `
import { experiment } from "refold"
import { ask } from "../stages/parts.ts"
const of = process.env.API_KEY ?? ""
export default experiment("wired", {}, () => [ask({ of: "a" }).out, ask({ of }, {}, { of: "b" }).out])
`,
  "experiments/labelled.ts": `
import { experiment } from "refold"
import { ask } from "../stages/parts.ts"
export default experiment("labelled", {}, () => ask({ of: "a" }, {}, { key: process.env.API_KEY ?? "" }).out)
`,
  "stages/asked.ts": `
import { Schema } from "effect"
import { recorded } from "refold"
const key = process.env.API_KEY
export const asked = recorded("asked", {
  params: Schema.Struct({}), inputs: {}, outputs: { out: "value" }, secrets: ["API_KEY"],
  request: () => ({ url: "https://api.example", headers: { authorization: "Bearer " + key } }),
  observe: () => ({ out: 1 }),
})
`,
  "experiments/asking.ts": `
import { experiment } from "refold"
import { asked } from "../stages/asked.ts"
export default experiment("asking", {}, () => asked({}).out)
`,
  "experiments/grouped.ts": `
import { each, experiment } from "refold"
import { ask, list } from "../stages/parts.ts"
export default experiment("grouped", {}, () => each("items", list({}).out, (of: string) => ask({ of }).out))
`,
}

t.test(
  "a secret that stands in a key is refused before anything runs, and before its label is told",
  async (t) => {
    const lab = project(t, files)
    const refusals = {
      both: /API_KEY is a secret of one stage and in the environment of another/,
      valued: /the variable ZONE_NAME holds the secret API_KEY \(in base64\)/,
      wired: /a param of ask holds the secret API_KEY/,
      labelled: /a param of ask holds the secret API_KEY/,
    }
    for (const [name, message] of Object.entries(refusals)) {
      const env = { API_KEY: plain, ZONE_NAME: `Basic ${Buffer.from(`u:${plain}`).toString("base64")}` }
      const ran = await lab.start(["--exp", name, "--json"], { ...temporary(lab), ...env }).ended
      t.equal(ran.code, 2, ran.stdout + ran.stderr)
      t.match(ran.last, { event: "refused", error: { tag: "SecretRefused", message } })
      t.same(ran.of("run-started"), [])
      t.same(leaks(lab, ran).concat(ran.stdout.includes(plain) ? [name] : []), [])
    }
  },
)

t.test("a request that holds a secret is refused, and neither asked nor kept", async (t) => {
  const lab = project(t, files)
  const ran = await lab.start(["--exp", "asking", "--json"], { ...temporary(lab), API_KEY: secret }).ended
  t.not(ran.code, 0)
  t.match(ran.stdout, /the request of .*asked.* holds the secret API_KEY \(.*leave it to observe/)
  t.same(leaks(lab, ran), [])
})

t.test("a task of a group that would have a secret in its key fails before it starts", async (t) => {
  const lab = project(t, files)
  const ran = await lab.start(["--exp", "inside", "--keep-going", "--json"], {
    ...temporary(lab),
    API_KEY: secret,
  }).ended
  t.equal(ran.code, 1, ran.stdout + ran.stderr)
  const failed = ran.of("task-finished").filter(({ status }) => status === "failed")
  t.ok(failed.length > 0)
  for (const { stage, error } of failed) {
    t.equal(stage, "keyed")
    t.match(error, { tag: "SecretRefused", message: /what the task is given holds the secret API_KEY/ })
  }
  t.same(leaks(lab, ran), [])
})

t.test(
  "a secret that only tasks of a group need is missed once the list is known, and the run ends there",
  async (t) => {
    const lab = project(t, files)
    const run = ["--exp", "grouped", "--jobs", "1", "--json"]
    const without = await lab.start(run).ended
    t.equal(without.code, 1)
    t.equal(without.tasks.list, "ran")
    const failed = without.of("task-finished").filter(({ status }) => status === "failed")
    t.equal(failed.length, 1, "the first ends the run")
    t.match(failed[0]!.error, {
      tag: "SecretRefused",
      message: /the secret API_KEY is not set: set the variable/,
    })
    t.equal((await lab.start(run, { API_KEY: secret }).ended).code, 0)
    t.same((await lab.start(run).ended).code, 0, "all is cached, and none is needed")
  },
)

t.test("what is computed again needs its secrets, and tells none", async (t) => {
  const lab = project(t, files)
  const env = { ...temporary(lab), API_KEY: secret }
  t.equal((await lab.start(["--exp", "grouped", "--update-lock", "--json"], env).ended).code, 0)
  const verify = ["verify", "--exp", "grouped", "--recompute", "all", "--json"]
  const again = await lab.start(verify, env).ended
  t.equal(again.code, 0, again.stdout + again.stderr)
  t.match(again.stdout, /"event":"verify-finished".*"recomputed":3.*"differences":0/)
  const without = await lab.start(verify).ended
  t.not(without.code, 0)
  t.match(without.stdout, /the secret API_KEY is not set: set the variable API_KEY/)
  t.same(leaks(lab, again, without), [])
})
