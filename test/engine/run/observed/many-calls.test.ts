// in turn, in CI: it starts the command line, its worker, and a server in this process.
// An API that fails one time in twenty and bears only so much, asked very often: what that takes, and what is left of it. 1,200 calls in
// `npm run test:long`.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import type { Ran } from "../../../../engine/testing/command.ts"
import { type Project, project } from "../../../../engine/testing/project.ts"
import { count } from "../../../counts.ts"
import { type MockApi, type MockOptions, mockApi, type Served } from "../../../support/mock-api.ts"
import { watchTree } from "../../../support/process-tree.ts"
import { leaksOf } from "../../support/secret-project.ts"

const calls = count(120, 1200)
const atOnce = 8
/** As many as leave a minute's wait in the long tier, and none otherwise. */
const perMinute = count(6000, 900)
const secret = "s3cret/of+the=API&0123456789"

const server: MockOptions = {
  failEach: 20,
  failing: ["503", "broken", "garbled", "429"],
  retryAfter: 0.3,
  atOnce: { most: atOnce, retryAfter: 1 },
  within: { most: perMinute, milliseconds: 60_000, retryAfter: 1 },
  answer: (asked, nth) => ({ to: (asked as { prompt: string }).prompt, nth }),
}

/** An experiment that asks so many prompts, and counts the answers. */
const files = ({ url }: Pick<MockApi, "url">, local = "response", rate = perMinute) => ({
  "package.json": '{"type":"module"}',
  "stages/all.ts": `
import { Schema } from "effect"
import { group, recorded, stage } from "refold"
export const list = stage("list", {
  params: Schema.Struct({}), inputs: {}, outputs: { prompts: "value" }, inProcess: true,
  run: () => ({ prompts: Array.from({ length: ${calls} }, (_, i) => "p" + i) }),
})
export const ask = recorded("ask", {
  params: Schema.Struct({ prompt: Schema.String }), inputs: {}, outputs: { answer: "value" },
  retries: 8, secrets: ["API_KEY"],
  request: ({ prompt }) => ({ prompt }),
  observe: async (request, { signal, accepted, log, secrets }) => {
    const ${local} = await accepted(
      fetch("${url}", {
        method: "POST", headers: { authorization: secrets.API_KEY }, body: JSON.stringify(request), signal,
      }),
    )
    log(request.prompt + " with " + secrets.API_KEY + " was told " + ${local}.headers.get("x-echo"))
    return { answer: await ${local}.json() }
  },
})
export const total = stage("total", {
  params: Schema.Struct({}), inputs: { answers: group("value") }, outputs: { total: "metrics" }, inProcess: true,
  run: ({ inputs }) => ({ total: { answers: inputs.answers.length } }),
})
`,
  "experiments/asks.ts": `
import { each, experiment } from "refold"
import { ask, list, total } from "../stages/all.ts"
export default experiment("asks", {}, () => {
  const answers = each("answers", list({}).prompts, (prompt: string) => ask({ prompt }).answer)
  return total({}, { answers }).total
})
`,
  "refold.config.ts": `
import { defineConfig } from "refold"
export default defineConfig({ limits: { api: { stages: ["ask"], atOnce: ${atOnce}, perMinute: ${rate} } } })
`,
})

const run = (lab: Project, ...args: ReadonlyArray<string>) =>
  lab.start(["--exp", "asks", ...args], { API_KEY: secret })

const promptOf = ({ question }: Served): string => (question as { prompt: string }).prompt

/** What the store holds of each prompt that a run has. */
function stored({ root }: Project, ran: Ran): ReadonlyArray<unknown> {
  const asked = ran.of("task-finished").filter(({ stage }) => stage === "ask")
  return asked.map(({ outputs }) => {
    const digest = outputs.answer!
    return JSON.parse(
      readFileSync(join(root, "artifacts/objects", digest.slice(0, 2), digest.slice(2)), "utf8"),
    )
  })
}

/** What the server saw of its limits, by its own record. */
function isWithinLimits(t: Test, api: MockApi): void {
  t.ok(api.most() <= atOnce, `${api.most()} at once`)
  t.equal(api.refused(), 0, "none was too many")
  const { record } = api
  const tooSoon = record.filter(({ came }, i) => (record[i + perMinute]?.came ?? Infinity) - came <= 60_000)
  t.same(tooSoon, [], `never more than ${perMinute} in a minute`)
  const waited = record.filter(({ became }) => became === "429")
  for (const refused of waited) {
    const again = record.find((each) => each.came > refused.came && promptOf(each) === promptOf(refused))
    if (again !== undefined) t.ok(again.came - refused.came >= 300, "it waits as long as it is told")
  }
}

t.test(
  `${calls} calls take one worker and little memory, keep to the limits, and are made once`,
  async (t) => {
    const api = await mockApi(t, server)
    const lab = project(t, files(api))
    await lab.plain("--version") // dist/ is built
    const began = performance.now()
    const running = run(lab, "--json", "--jobs", "1")
    const tree = watchTree(running.child.pid!)
    const first = await running.ended
    tree.stop()
    const seconds = (performance.now() - began) / 1000
    t.equal(first.code, 0, first.stderr)
    const workers = [...tree.commands.values()].filter((command) => command.includes("work.mjs"))
    t.comment(
      `${calls} calls: ${seconds.toFixed(1)} s, ${tree.megabytes().toFixed(0)} MB in ${tree.commands.size} processes at most, ${workers.length} of them workers`,
    )
    t.ok(tree.megabytes() < 400, `${tree.megabytes()} MB`)
    if (process.platform === "linux") t.equal(workers.length, 1, "one worker for all")
    isWithinLimits(t, api)

    const answers = api.record.filter(({ became }) => became === "answered")
    t.equal(answers.length, calls, "each was answered once")
    t.equal(new Set(answers.map(promptOf)).size, calls)
    const failures = api.record.filter(({ became }) => became !== "answered")
    t.equal(failures.length, Math.floor(api.record.length / 20))
    t.equal(new Set(failures.map(({ became }) => became)).size, 4, "it failed in each way")
    t.equal(first.of("attempt-failed").length, failures.length)
    const byPrompt = (all: ReadonlyArray<unknown>) =>
      (all as ReadonlyArray<{ to: string }>).toSorted((a, b) => (a.to < b.to ? -1 : 1))
    t.same(byPrompt(stored(lab, first)), byPrompt(answers.map(({ answer }) => answer)), "no error is stored")

    const second = await run(lab, "--json").ended
    t.match(second.last, { cached: calls + 2, ran: 0 })
    lab.write(files(api, "renamed"))
    const edited = await run(lab, "--json").ended
    t.match(edited.last, { cached: calls + 2, ran: 0 })
    t.equal(api.record.length, calls + failures.length, "neither asked anything")
    const shown = await run(lab, "--force", "ask@answers=p1", "--verbose").ended
    t.same(leaksOf(secret, lab, first, second, edited, shown), [])
    t.ok([...api.authorizations].includes(secret), "which the server was told")
  },
)

for (const [signal, jobs] of [
  ["SIGKILL", "8"],
  ["SIGINT", "1"],
] as const)
  t.test(
    `runs that are ended by ${signal} at any moment ask only what is missing`,
    { skip: signal === "SIGINT" && process.platform === "win32" && "no signal can be sent there" },
    async (t) => {
      const { within: _, ...bearing } = server // a run does not know of the calls of one before it
      const api = await mockApi(t, bearing)
      const lab = project(t, files(api, "response", 60_000))
      const chance = chanceOf(Number(process.env.REFOLD_TEST_SEED ?? 1))
      const done = new Set<string>()
      const ends = count(2, 6)
      for (let end = 0; end < ends; end++) {
        const before = api.record.length
        const running = run(lab, "--json", "--jobs", jobs)
        let left = Math.floor((chance() * 2 * calls) / ends / 2)
        await running.event(
          "task-finished",
          ({ stage, status }) => stage === "ask" && status === "ran" && left-- <= 0,
        )
        running.child.kill(signal)
        const ended = await running.ended
        if (signal === "SIGINT") t.equal(ended.code, 130, ended.stderr)
        const asked = api.record.slice(before).map(promptOf)
        t.same(
          asked.filter((prompt) => done.has(prompt)),
          [],
          "nothing that was answered before",
        )
        for (const { task, status } of ended.of("task-finished"))
          if (status === "ran") done.add(task.replace("ask@answers=", ""))
      }
      const before = api.record.length
      const last = await run(lab, "--json", "--jobs", jobs).ended
      t.equal(last.code, 0, last.stderr)
      t.same(
        api.record
          .slice(before)
          .map(promptOf)
          .filter((prompt) => done.has(prompt)),
        [],
      )
      const answered = api.record.filter(({ became }) => became === "answered")
      t.equal(new Set(answered.map(promptOf)).size, calls)
      t.ok(answered.length <= calls + ends * atOnce, `${answered.length - calls} answers were under way`)
      t.ok(api.most() <= 2 * atOnce)
      t.same(leaksOf(secret, lab, last), [])
    },
  )

/** Numbers between 0 and 1, the same for each seed. */
function chanceOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
