// in turn, in CI: it starts the command line, its workers, and a server in this process.
// Many wait in one process, and one of them does what no stage should: what becomes of the others.
import t, { type Test } from "tap"
import { project } from "../../../../engine/testing/project.ts"
import { type MockApi, mockApi } from "../../../support/mock-api.ts"

/** What one of them does in place of asking; none of it says whose doing it was. */
const acts = {
  stray: `void Promise.reject(new Error("nobody waits for this")); await new Promise(() => {})`,
  callback: `setTimeout(() => { throw new Error("nobody catches this") }, 1); await new Promise(() => {})`,
  exit: `process.exit(3)`,
  "exit-late": `setTimeout(() => process.exit(3), 1); await new Promise(() => {})`,
  nothing: `throw undefined`,
  text: `throw "no error but a text"`,
  kill: `process.kill(process.pid, "SIGKILL"); await new Promise(() => {})`,
  loop: `for (;;) {}`,
}

const good = ["a", "b", "c", "d", "e"]

const files = ({ url }: Pick<MockApi, "url">) => ({
  "package.json": '{"type":"module"}',
  "experiments/asks.ts": `
import { Schema } from "effect"
import { experiment, recorded } from "refold"
export const ask = recorded("ask", {
  params: Schema.Struct({ what: Schema.String }), inputs: {}, outputs: { answer: "value" }, retries: 0,
  request: ({ what }) => what,
  observe: async (what: string, { signal, accepted, log }) => {
    const answer = await accepted(fetch("${url}", { method: "POST", body: JSON.stringify(what), signal }))
    console.log("console of " + what)
    log("log of " + what)
    ${Object.entries(acts)
      .map(([name, act]) => `if (what === "${name}") { ${act} }`)
      .join("\n    ")}
    return { answer: await answer.json() }
  },
})
const what = Schema.Array(Schema.String).annotations({ default: [] })
export default experiment("asks", { what }, ({ what }) => what.map((each) => ask({ what: each }, {}, { what: each }).answer))
`,
})

/** Runs one that acts beside good ones, which are answered once it has failed for the first time. */
async function beside(t: Test, act: keyof typeof acts, ...args: ReadonlyArray<string>) {
  const api = await mockApi(t, {
    holds: (asked) => asked !== act,
    answer: (asked) => ({ to: asked }),
  })
  const lab = project(t, files(api))
  const what = [...good.slice(0, 3), act, ...good.slice(3)].join()
  const running = lab.start(["--exp", "asks", "--json", "--keep-going", "--set", `what=${what}`, ...args])
  await running.event("attempt-failed")
  api.release()
  const ran = await running.ended
  const failures = ran.of("attempt-failed")
  const error = ran.of("task-finished").find(({ task }) => task === `ask@what=${act}`)?.error
  t.equal(ran.code, 1, ran.stderr)
  t.same(
    ran.tasks,
    { ...Object.fromEntries(good.map((each) => [`ask@what=${each}`, "ran"])), [`ask@what=${act}`]: "failed" },
    "it has failed, and no other",
  )
  const printed: Record<string, string> = {}
  for (const { task, text } of ran.of("printed")) printed[task] = (printed[task] ?? "") + text
  for (const each of good)
    t.equal(
      printed[`ask@what=${each}`],
      `console of ${each}\nlog of ${each}\n`,
      "what each prints is its own",
    )
  return { api, failures, error }
}

for (const [act, message] of [
  ["stray", /^nobody waits for this$/],
  ["callback", /^nobody catches this$/],
  ["exit", /^it called process.exit\(3\): throw an error/],
  ["exit-late", /^it called process.exit\(3\): throw an error/],
  ["nothing", /^undefined$/],
  ["text", /^no error but a text$/],
] as const)
  t.test(
    `what is nobody's but one's (${act}) fails that one, and the others are not asked again`,
    async (t) => {
      const { api, failures, error } = await beside(t, act)
      t.match(error?.message, message)
      t.equal(failures.length, 1)
      t.same([...api.asked].sort(), [...good, act].sort(), "each was asked once")
    },
  )

for (const [act, args, message] of [
  ["kill", [], /killed by SIGKILL|gone with exit code/],
  ["loop", ["--policy", "ask.timeout=3"], /time limit of 3 s/],
] as const)
  t.test(`what ends all of them (${act}) fails the one that does it again alone`, async (t) => {
    const { api, failures, error } = await beside(t, act, ...args)
    t.match(error?.message, message)
    const ofOthers = failures.filter(({ task }) => task !== `ask@what=${act}`)
    t.ok(
      ofOthers.every(({ again }) => again),
      "that others were lost is no failure of theirs",
    )
    t.ok(api.asked.length <= 2 * (good.length + 1) + 1)
  })
