// in turn: starts the command line, its worker, and a server in this process
import { renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { project } from "../../../engine/testing/project.ts"
import { mockApi } from "../../support/mock-api.ts"

const ask = (url: string, local = "response") => ({
  "stages/ask.ts": `
import { Schema } from "effect"
import { recorded } from "refold"
export const ask = recorded("ask", {
  params: Schema.Struct({}),
  inputs: { prompt: "text" },
  outputs: { answer: "value" },
  request: (_, { prompt }) => ({ prompt: prompt.trim() }),
  observe: async (request, { accepted, signal }) => {
    const ${local} = await accepted(fetch("${url}", { method: "POST", body: JSON.stringify(request), signal }))
    return { answer: await ${local}.json() }
  },
})
`,
})

const upper = {
  "stages/upper.ts": `
import { Schema } from "effect"
import { stage } from "refold"
export const upper = stage("upper", {
  params: Schema.Struct({}), inputs: { text: "text" }, outputs: { text: "text" },
  run: ({ inputs }) => ({ text: inputs.text.toUpperCase() }),
})
`,
}

const asks = (wired: string) => ({
  "package.json": '{"type":"module"}',
  "experiments/asks.ts": `
import { each, experiment, files } from "refold"
import { ask } from "../stages/ask.ts"
import { upper } from "../stages/upper.ts"
export default experiment("asks", {}, () =>
  each("answers", files("prompts/*.txt", "folder:text"), (prompt) => ask({}, { prompt: ${wired} }).answer))
`,
})

t.test(
  "contents of files are what is asked, wired as they lie or through a stage; names of files are not",
  async (t) => {
    for (const wired of ["prompt", "upper({}, { text: prompt }).text"]) {
      const api = await mockApi(t)
      const lab = project(t, {
        ...{ ...ask(api.url), ...upper, ...asks(wired) },
        ...{ "prompts/a.txt": "first\n", "prompts/b.txt": "second\n" },
      })
      const texts = () =>
        api.asked.map((asked) => (asked as { readonly prompt: string }).prompt.toLowerCase()).sort()
      const first = await lab.json("--exp", "asks", "--update-lock")
      t.equal(first.code, 0, `${first.stdout}${first.stderr}`)
      t.same(texts(), ["first", "second"])
      lab.write({ "prompts/b.txt": "third\n" })
      renameSync(join(lab.root, "prompts/a.txt"), join(lab.root, "prompts/c.txt"))
      const second = await lab.json("--exp", "asks", "--update-lock")
      t.equal(second.code, 0, second.stdout)
      t.same(texts(), ["first", "second", "third"])
      const verified = await lab.plain("verify", "--exp", "asks")
      t.equal(verified.code, 0, verified.stdout)
    }
  },
)

t.test(
  "why tells of an answer when it was observed, that the lock pins it, and that other code asked",
  async (t) => {
    const api = await mockApi(t)
    const lab = project(t, { ...ask(api.url), ...upper, ...asks("prompt"), "prompts/a.txt": "zeroth\n" })
    const label = "ask@answers=a.txt"
    await lab.json("--exp", "asks")
    lab.write({ "prompts/a.txt": "first\n" })
    await lab.json("--exp", "asks", "--update-lock")
    const fresh = await lab.plain("why", label, "--exp", "asks")
    t.match(
      fresh.stdout,
      /is cached, made by run \S+: observed at 20\S+Z, 1 of the 1 under its key, pinned by the lock\n/,
    )
    t.notMatch(fresh.stdout, /other code/)
    t.match(fresh.stdout, /asked because of: request\.prompt zeroth → first\n/)

    lab.write(ask(api.url, "renamed"))
    const forced = await lab.plain("--exp", "asks", "--force", "ask")
    t.match(
      forced.stdout,
      /the lock goes on pinning what 1 task observed before: that counts from the next run on/,
      "what counts from the next run on",
    )
    const why = await lab.plain("why", label, "--exp", "asks")
    t.match(why.stdout, /1 of the 2 under its key, pinned by the lock\n {2}asked by other code than today's/)
    const json = JSON.parse((await lab.plain("why", label, "--exp", "asks", "--json")).stdout)
    t.match(json.observed, { nth: 1, of: 2, isPinned: true, isOtherCode: true })

    const forgot = await lab.plain("forget", "ask", "--exp", "asks")
    t.match(
      forgot.stdout,
      /2 observations of 1 task set aside: the next run asks again; the lock names 1 of them, by which --locked goes until --update-lock/,
    )
    const held = await lab.json("--exp", "asks", "--locked")
    t.equal(held.code, 0, held.stdout)
    t.equal(api.asked.length, 3)
    await lab.json("--exp", "asks")
    const again = await lab.plain("why", label, "--exp", "asks")
    t.match(again.stdout, /3 of the 3 under its key/)
    t.notMatch(again.stdout, /because of/, "not for another key's sake")

    const erased = await lab.plain("forget", "ask", "--exp", "asks", "--erase")
    const [, listed = ""] = /still holds? it \(([^)]*)\): remove/.exec(erased.stdout) ?? []
    t.not(listed, "", erased.stdout)
    for (const run of listed.split(", ")) t.ok(lab.read(`artifacts/runs/${run}/results.json`), run)
  },
)

t.test("what a lock pins and a store lacks is told once, however many tasks it fails", async (t) => {
  const api = await mockApi(t)
  const count = 30
  const prompts = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`prompts/${i}.txt`, `prompt ${i}\n`]),
  )
  const lab = project(t, { ...ask(api.url), ...upper, ...asks("prompt"), ...prompts })
  await lab.json("--exp", "asks", "--update-lock")
  t.equal(api.asked.length, count)
  rmSync(join(lab.root, "artifacts"), { recursive: true })
  const { code, stdout } = await lab.plain("--exp", "asks")
  t.equal(code, 1)
  t.equal(stdout.split("is not in this store").length - 1, 2, "at the first, and once for all others")
  t.match(stdout, /29 more tasks in the same way/)
  t.match(
    stdout,
    /name the store that has it with --artifacts, or copy its objects here; --force ask@answers=\S+ asks again \(--force ask all of its stage\)/,
  )
  t.equal(api.asked.length, count)
})
