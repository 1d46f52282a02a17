// in turn: starts the command line, its worker, and a server in this process
import t from "tap"
import { project } from "../../../../engine/testing/project.ts"
import { mockApi } from "../../../support/mock-api.ts"

/** Pages on a server, each with a state that is cheap to ask. */
const files = (url: string, local = "response") => ({
  "package.json": '{"type":"module"}',
  "stages/look.ts": `
import { Schema } from "effect"
import { recorded } from "refold"
const post = (body, signal, secrets) =>
  fetch("${url}", { method: "POST", headers: { authorization: secrets.API_KEY }, body: JSON.stringify(body), signal })
export const look = recorded("look", {
  params: Schema.Struct({ page: Schema.String }),
  inputs: {},
  outputs: { page: "value" },
  secrets: ["API_KEY"],
  fresh: {
    probe: async ({ page }, { signal, accepted, secrets, log }) => {
      const ${local} = await accepted(post({ state: page }, signal, secrets))
      log("probed " + page)
      return await ${local}.json()
    },
  },
  request: ({ page }) => ({ page }),
  observe: async (request, { signal, accepted, secrets }) => ({ page: await (await accepted(post(request, signal, secrets))).json() }),
})
`,
  "stages/list.ts": `
import { Schema } from "effect"
import { stage } from "refold"
export const list = stage("list", {
  params: Schema.Struct({}), inputs: {}, outputs: { pages: "value" },
  run: () => ({ pages: Array.from({ length: 12 }, (_, i) => "page-" + i) }),
})
`,
  "stages/count.ts": `
import { Schema } from "effect"
import { group, stage } from "refold"
export const count = stage("count", {
  params: Schema.Struct({}), inputs: { pages: group("value") }, outputs: { count: "metrics" },
  run: ({ inputs }) => ({ count: { pages: inputs.pages.length } }),
})
`,
  "experiments/looks.ts": `
import { each, experiment } from "refold"
import { count } from "../stages/count.ts"
import { list } from "../stages/list.ts"
import { look } from "../stages/look.ts"
export default experiment("looks", {}, () => {
  const pages = each("pages", list({}).pages, (page: string) => look({ page }).page)
  return count({}, { pages }).count
})
`,
  "refold.config.ts": `
import { defineConfig } from "refold"
export default defineConfig({ limits: { api: { stages: ["look"], atOnce: 3 } } })
`,
})

t.test(
  "probes of one code wait in one worker, within limits, with secrets, and ask nothing while they give the same",
  async (t) => {
    const key = "s3cret-of-the-api-0123456789"
    const states = new Map<string, string>()
    const isProbe = (asked: unknown): asked is { readonly state: string } =>
      Object.hasOwn(asked as object, "state")
    const api = await mockApi(t, {
      answer: (asked) => (isProbe(asked) ? (states.get(asked.state) ?? "first") : "content"),
    })
    const lab = project(t, files(api.url))
    const count = () => {
      const probes = api.asked.filter(isProbe).length
      return { probes, asked: api.asked.length - probes }
    }
    const run = (...words: ReadonlyArray<string>) =>
      lab.start(["--exp", "looks", "--json", "--jobs", "1", ...words], { API_KEY: key }).ended

    const first = await run("--update-lock")
    t.equal(first.code, 0, first.stderr)
    t.same(count(), { probes: 12, asked: 12 })
    t.match(lab.read("experiments/looks.lock.json"), /"probe":"[0-9a-f]{64}"/)

    lab.write(files(api.url, "renamed"))
    const second = await run()
    t.equal(second.code, 0, second.stderr)
    t.same(count(), { probes: 24, asked: 12 }, "an edit of the probe asks nothing")
    t.equal(second.last?.event === "run-finished" && second.last.ran, 0)
    t.match(second.of("lock"), [{ status: "same" }], "when it was probed last is no lock's")
    t.ok(second.of("printed").some(({ text }) => text.startsWith("probed page-")))
    t.equal(api.most() <= 3, true, "never over the limit")
    t.same([...api.authorizations], [key])

    states.set("page-3", "second")
    const third = await run()
    t.same(count(), { probes: 36, asked: 13 })
    t.same(
      third.of("task-finished").flatMap(({ status, task }) => (status === "ran" ? [task] : [])),
      ["look@pages=page-3"],
    )

    const held = await run("--locked")
    t.equal(held.code, 0, held.stdout)
    const plan = await lab.plain("--exp", "looks", "--plan")
    t.match(plan.stdout, /to be probed: observed at 20/)
    t.same(count(), { probes: 36, asked: 13 }, "--locked and --plan probe nothing")
  },
)
