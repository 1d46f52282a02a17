// in turn, in CI: it starts the command line, its worker, and a server in this process.
// What an attempt among others is handed and tells: its secrets, its signal, and what it prints, in whatever pieces.
import t from "tap"
import { project } from "../../../../engine/testing/project.ts"
import { mockApi } from "../../../support/mock-api.ts"
import { leaksOf } from "../../support/secret-project.ts"

const secret = "s3cret/of+the=API&0123456789"

/** What each does with the secret. */
const acts = {
  pieces: `
    for (const piece of [key.slice(0, 4), key.slice(4, 9), key.slice(9) + "\\n"]) {
      process.stdout.write(piece)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    process.stderr.write("ends with " + key.slice(0, 9))
    return { answer: 1 }`,
  encoded: `
    console.log(btoa(key), btoa("u:" + key), encodeURIComponent(key), JSON.stringify({ key }))
    log(key)
    return { answer: 1 }`,
  letters: `
    const bytes = Buffer.from("äöü€𝄞\\n")
    for (const byte of bytes) process.stdout.write(Uint8Array.of(byte))
    return { answer: 1 }`,
  large: `
    process.stdout.write("x".repeat(1_500_000) + key + "\\n")
    return { answer: 1 }`,
  body: `
    await accepted(new Response("x".repeat(290) + key, { status: 400 }))`,
  echoed: `
    return { answer: { headers: ["Bearer " + btoa("u:" + key)] } }`,
}

const files = (url = "") => ({
  "package.json": '{"type":"module"}',
  "experiments/asks.ts": `
import { Schema } from "effect"
import { experiment, recorded } from "refold"
export const ask = recorded("ask", {
  params: Schema.Struct({ what: Schema.String }), inputs: {}, outputs: { answer: "value" }, secrets: ["API_KEY"],
  request: ({ what }) => what,
  observe: async (what: string, { signal, accepted, log, secrets: { API_KEY: key } }): Promise<any> => {
    ${Object.entries(acts)
      .map(([name, act]) => `if (what === "${name}") { ${act} }`)
      .join("\n    ")}
    const answer = await fetch("${url}", { method: "POST", body: JSON.stringify(what), signal })
    return { answer: await answer.json() }
  },
})
const what = Schema.Array(Schema.String).annotations({ default: [] })
export default experiment("asks", { what }, ({ what }) => what.map((each) => ask({ what: each }, {}, { what: each }).answer))
`,
})

const asking = (...what: ReadonlyArray<string>) => [
  ...["--exp", "asks", "--json", "--keep-going", "--jobs", "1", "--set", `what=${what.join()}`],
]

t.test("a secret is hidden in what each of many prints at the same time, wherever it is cut", async (t) => {
  const lab = project(t, files())
  const ran = await lab.start(asking(...Object.keys(acts)), { API_KEY: secret }).ended
  const printed: Record<string, string> = {}
  for (const { task, text } of ran.of("printed"))
    printed[task.slice("ask@what=".length)] = (printed[task.slice("ask@what=".length)] ?? "") + text
  t.match(ran.tasks, { "ask@what=pieces": "ran", "ask@what=encoded": "ran", "ask@what=letters": "ran" })
  t.match(printed.pieces, /^\*\*\*\nends with s3cret\/of$/, "the start of one is told with the end")
  t.match(printed.encoded, /^\*\*\*(Q==)? \S*\*\*\* \*\*\* \{"key":"\*\*\*"\}\n\*\*\*\n$/)
  t.equal(printed.letters, "äöü€𝄞\n", "letters are whole in whatever pieces they come")
  t.match(printed.large, /^x{100000}/, "the first of what is long is told")
  const errors = Object.fromEntries(
    ran.of("task-finished").map(({ task, error }) => [task.slice("ask@what=".length), error?.message]),
  )
  t.equal(errors.body, `the server answered 400: ${"x".repeat(290)}***`, "masked before it is cut")
  t.match(errors.echoed, /gave "answer" with the secret API_KEY in it/)
  t.equal(ran.of("attempt-failed").length, 2, "neither is asked again")
  t.same(leaksOf(secret, lab, ran), [])
})

t.test(
  "at its time limit an attempt's signal goes, whoever waits beside it, and it has failed",
  async (t) => {
    const api = await mockApi(t, { holds: () => true })
    const lab = project(t, files(api.url))
    const args = [...asking("slow", "letters"), "--policy", "ask.timeout=2", "--policy", "ask.retries=3"]
    const ran = await lab.start(args, { API_KEY: secret }).ended
    await api.left
    t.match(ran.tasks, { "ask@what=slow": "failed", "ask@what=letters": "ran" })
    t.match(ran.of("attempt-failed"), [{ task: "ask@what=slow", error: { tag: "TimeLimit" }, again: false }])
    t.equal(api.asked.length, 1)
  },
)

t.test("two runs at once on one store ask each question once", async (t) => {
  const api = await mockApi(t, { holds: () => true, answer: (asked) => asked })
  const lab = project(t, files(api.url))
  const questions = Array.from({ length: 12 }, (_, n) => `q${n}`)
  const one = lab.start(asking(...questions), { API_KEY: secret })
  await api.reached(12)
  const other = lab.start(asking(...questions), { API_KEY: secret })
  await other.event("waiting")
  api.release()
  const [first, second] = await Promise.all([one.ended, other.ended])
  t.match(first.last, { ran: 12, cached: 0 })
  t.match(second.last, { ran: 0, cached: 12 })
  t.same([...api.asked].sort(), [...questions].sort())
})
