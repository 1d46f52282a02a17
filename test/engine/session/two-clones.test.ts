// in turn: starts the command line in two clones, with a server in this process
import { execFileSync } from "node:child_process"
import t from "tap"
import { project } from "../../../engine/testing/project.ts"
import { mockApi } from "../../support/mock-api.ts"

const git = (folder: string, ...args: ReadonlyArray<string>): string =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
    cwd: folder,
    encoding: "utf8",
  })

const files = (url: string) => ({
  "package.json": '{"type":"module"}',
  "stages/ask.ts": `
import { Schema } from "effect"
import { recorded } from "refold"
export const ask = recorded("ask", {
  params: Schema.Struct({ prompt: Schema.String }),
  inputs: {},
  outputs: { answer: "value" },
  request: ({ prompt }) => ({ prompt }),
  observe: async (request, { accepted, signal }) => {
    const response = await accepted(fetch("${url}", { method: "POST", body: JSON.stringify(request), signal }))
    return { answer: await response.json() }
  },
})
`,
  ".gitignore": "artifacts\nnode_modules\n",
})

const asking = (prompts: ReadonlyArray<string>): Readonly<Record<string, string>> => ({
  "experiments/asks.ts": `
import { experiment } from "refold"
import { ask } from "../stages/ask.ts"
const prompts = ${JSON.stringify(prompts).replaceAll(",", ",\n\n")}
export default experiment("asks", {}, () => prompts.map((prompt) => ask({ prompt }).answer))
`,
})

t.test(
  "two clones that recorded different answers, merged: each says what it does, and nothing is asked",
  async (t) => {
    const api = await mockApi(t)
    const one = project(t, { ...files(api.url), ...asking(["both"]) })
    git(one.root, "init", "-q", "-b", "main")
    git(one.root, "add", "-A")
    git(one.root, "commit", "-qm", "before")
    const two = project(t, {})
    git(two.root, "init", "-q", "-b", "main")
    git(two.root, "fetch", "-q", one.root, "main")
    git(two.root, "reset", "-q", "--hard", "FETCH_HEAD")
    for (const [lab, prompts] of [
      [one, ["both"]],
      [two, ["both", "second"]],
    ] as const) {
      lab.write(asking(prompts))
      const ran = await lab.json("--exp", "asks", "--update-lock")
      t.equal(ran.code, 0, ran.stderr)
      git(lab.root, "add", "-A")
      git(lab.root, "commit", "-qm", "answers")
    }
    t.equal(api.asked.length, 3, "both was asked in either clone")
    // Of the lines that both have added the other's is taken, so that this clone's own answer is not the lock's.
    git(one.root, "pull", "-q", "--no-rebase", "--no-edit", two.root, "main", "-X", "theirs")
    const asked = api.asked.length

    const verified = await one.plain("verify", "--exp", "asks")
    t.equal(verified.code, 0, verified.stdout)
    t.match(verified.stdout, /2 tasks observed/)
    t.match(verified.stdout, /none of that is in this store; nothing was asked/)

    const held = await one.json("--exp", "asks", "--locked")
    t.equal(held.code, 3)
    t.same(held.of("task-started"), [], "before anything runs")
    t.equal(held.of("difference").length, 2)
    t.match(held.of("difference")[0]?.difference, { what: "observed-missing" })

    const plain = await one.json("--exp", "asks")
    t.equal(plain.code, 1)
    t.equal(plain.tasks["ask@prompt=both"], "cached", "its own answer counts where the lock's is not here")
    t.match(plain.of("observed-elsewhere")[0], { task: "ask@prompt=both" })
    t.equal(plain.tasks["ask@prompt=second"], "failed")
    const [failed] = plain.of("task-finished").filter(({ status }) => status === "failed")
    t.match(failed?.error, { tag: "ObservationMissing", message: /is not asked again by itself/ })
    t.equal(api.asked.length, asked, "nothing is asked")

    // In the clone that has them the same lock holds.
    git(two.root, "pull", "-q", "--no-rebase", "--no-edit", one.root, "main")
    const there = await two.json("--exp", "asks", "--locked")
    t.equal(there.code, 0, there.stdout)
    // And a person may ask again.
    const forced = await one.json("--exp", "asks", "--force", "ask@prompt=second")
    t.equal(forced.code, 0, forced.stdout)
    t.equal(api.asked.length, asked + 1)
  },
)
