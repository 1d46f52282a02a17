// in turn: starts the command line, its worker, and a server in this process
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { project } from "../../../../engine/testing/project.ts"
import { type MockApi, mockApi } from "../../../support/mock-api.ts"

const prompts = (count: number): string =>
  JSON.stringify(Array.from({ length: count }, (_, i) => `prompt-${i + 1}`))

/** An experiment that asks a list of prompts, and counts the answers. */
const files = ({ url }: Pick<MockApi, "url">, count: number, local = "response") => ({
  "package.json": '{"type":"module"}',
  "stages/ask.ts": `
import { Schema } from "effect"
import { recorded } from "refold"
export const ask = recorded("ask", {
  params: Schema.Struct({ prompt: Schema.String }),
  inputs: {},
  outputs: { answer: "value" },
  retries: 8,
  secrets: ["API_KEY"],
  request: ({ prompt }) => ({ prompt }),
  observe: async (request, { signal, accepted, log, secrets }) => {
    const ${local} = await accepted(
      fetch("${url}", {
        method: "POST", headers: { authorization: secrets.API_KEY }, body: JSON.stringify(request), signal,
      }),
    )
    log("asked " + request.prompt)
    console.log("with " + secrets.API_KEY)
    return { answer: await ${local}.json() }
  },
})
`,
  "stages/list.ts": `
import { Schema } from "effect"
import { stage } from "refold"
export const list = stage("list", {
  params: Schema.Struct({}), inputs: {}, outputs: { prompts: "value" },
  run: () => ({ prompts: ${prompts(count)} }),
})
`,
  "stages/count.ts": `
import { Schema } from "effect"
import { group, stage } from "refold"
export const count = stage("count", {
  params: Schema.Struct({}), inputs: { answers: group("value") }, outputs: { count: "metrics" },
  run: ({ inputs }) => ({ count: { answers: inputs.answers.length } }),
})
`,
  "experiments/asks.ts": `
import { each, experiment } from "refold"
import { ask } from "../stages/ask.ts"
import { count } from "../stages/count.ts"
import { list } from "../stages/list.ts"
export default experiment("asks", {}, () => {
  const answers = each("answers", list({}).prompts, (prompt: string) => ask({ prompt }).answer)
  return count({}, { answers }).count
})
`,
  "refold.config.ts": `
import { defineConfig } from "refold"
export default defineConfig({ limits: { api: { stages: ["ask"], atOnce: 6 } } })
`,
})

const secret = "s3cret/of+the=API&0123456789"

/** The files that hold one of some texts. */
const holding = (folder: string, texts: ReadonlyArray<string>): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => texts.some((text) => readFileSync(path).includes(text)))

const texts = (asked: ReadonlyArray<unknown>): ReadonlyArray<string> =>
  asked.map((each) => (each as { prompt: string }).prompt)

t.test(
  "many wait in one worker, never more than the limit, errors are asked again, and nothing is asked twice",
  async (t) => {
    const api = await mockApi(t, { failEach: 20, atOnce: { most: 6, retryAfter: 0.01 } })
    const lab = project(t, files(api, 40))
    const release = api.hold()
    const running = lab.start(["--exp", "asks", "--json", "--jobs", "1"], { API_KEY: secret })
    await api.reached(6)
    release()
    const first = await running.ended
    t.equal(first.code, 0, first.stderr)
    t.equal(first.of("task-finished").filter(({ stage }) => stage === "ask").length, 40)
    t.equal(api.most(), 6, "six at once, with one job")
    t.equal(api.refused(), 0)
    t.equal(api.asked.length, 40 + first.of("attempt-failed").length)
    t.ok(first.of("attempt-failed").length >= 2)
    const printed = first.of("printed").find(({ text }) => text.startsWith("asked"))
    t.match(printed?.text, /^asked prompt-\d+\n/, "what one prints is told of it alone")
    t.equal(printed?.text.split("\n")[0], `asked ${printed?.task.replace("ask@answers=", "")}`)

    t.same([...api.authorizations], [secret])
    t.match(first.of("attempt-failed")[0]?.error.message, /503 Service Unavailable: no \S+, busy/)
    t.same(holding(lab.root, [secret, btoa(secret), encodeURIComponent(secret)]), [], "the secret is nowhere")
    for (const text of [secret, btoa(secret), encodeURIComponent(secret)])
      t.notOk(`${first.stdout}${first.stderr}`.includes(text))

    const asked = api.asked.length
    const second = await lab.json("--exp", "asks")
    t.equal(second.last?.event === "run-finished" && second.last.cached, 42)
    lab.write(files(api, 40, "renamed"))
    const edited = await lab.json("--exp", "asks", "--update-lock")
    t.equal(edited.last?.event === "run-finished" && edited.last.cached, 42)
    t.equal(api.asked.length, asked, "a renamed local asks nothing again")
    t.match(lab.read("experiments/asks.lock.json"), /"observed":\{"at":"20/)

    const verified = await lab.plain("verify", "--exp", "asks")
    t.equal(verified.code, 0, verified.stdout)
    t.match(verified.stdout, /40 tasks observed from 20/)
    const recomputed = await lab.json("verify", "--exp", "asks", "--recompute", "all")
    t.match(JSON.parse(recomputed.stdout.trim().split("\n").at(-1)!), {
      recomputed: 2,
      differences: 0,
      observed: { tasks: 40 },
    })
    const held = await lab.json("--exp", "asks", "--locked")
    t.equal(held.code, 0)
    t.equal(api.asked.length, asked)

    const forgot = await lab.plain("forget", "ask", "--exp", "asks")
    t.match(forgot.stdout, /40 observations of 40 tasks set aside/)
    const plan = await lab.plain("--exp", "asks", "--plan")
    t.match(plan.stdout, /what it observed was set aside/)
    const erased = await lab.plain("forget", "ask", "--exp", "asks", "--erase")
    t.match(erased.stdout, /40 observations of 40 tasks erased/)
    t.equal(api.asked.length, asked)
  },
)

t.test("a killed run asks only what is missing", async (t) => {
  const api = await mockApi(t)
  const lab = project(t, files(api, 24))
  const release = api.hold()
  const running = lab.start(["--exp", "asks", "--json", "--jobs", "1"], { API_KEY: secret })
  await running.event("task-started", ({ stage }) => stage === "ask")
  release()
  let finished = 0
  await running.event("task-finished", ({ stage }) => stage === "ask" && ++finished === 8)
  running.child.kill("SIGKILL")
  const { events } = await running.ended
  const done = events.flatMap((event) =>
    event.event === "task-finished" && event.stage === "ask" ? [event.task] : [],
  )
  const before = api.asked.length
  const second = await lab.start(["--exp", "asks", "--json", "--jobs", "1"], { API_KEY: secret }).ended
  t.equal(second.code, 0, second.stderr)
  const again = new Set(texts(api.asked.slice(before)).map((text) => `ask@answers=${text}`))
  t.same(
    done.filter((task) => again.has(task)),
    [],
    "what was answered is not asked again",
  )
  t.ok(again.size < 24)
})
