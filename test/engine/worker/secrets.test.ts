// in turn, in CI: it starts processes that end in many ways.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import type { Ran } from "../../../engine/testing/command.ts"
import { attach } from "../../../engine/testing/inspector.ts"
import { project } from "../../../engine/testing/project.ts"
import { acts, asking, files, leaks, secret, temporary } from "../support/secret-project.ts"

t.test("a secret is found nowhere, whatever a stage does with it", async (t) => {
  const lab = project(t, files)
  const env = { ...temporary(lab), API_KEY: secret }
  const worker = ["--worker", `"${process.execPath}" --max-old-space-size=60`]
  const ran = await lab.start([...asking(...Object.keys(acts)), "--json", ...worker], env).ended
  t.equal(ran.code, 1, ran.stderr)
  const said = Object.fromEntries(
    ran.of("task-finished").map(({ task, status, error }) => [task.slice(9), error?.message ?? status]),
  )
  t.match(said, {
    quiet: "ran",
    print: "ran",
    child: "ran",
    throw: /^401 for \*\*\*$/,
    echo: /^all failed/,
    "child-error": "ran",
    "throw-long": /x\*\*\*xxx.* … \[\d+ characters left out\]/,
    late: /late: \*\*\*/,
    abort: /killed by SIGABRT.*before the end \*\*\*|killed by SIGABRT/,
    kill: /killed by SIGKILL.*\*\*\*/,
    time: /time limit of 15 s/,
    heap: /heap was exhausted/,
    value: /gave "out" with the secret API_KEY in it \(as it is/,
    metric: /named a metric with the secret API_KEY in it/,
    place: /named a place with the secret API_KEY in it/,
  })
  t.same(leaks(lab, ran), [])
  const printed = ran
    .of("printed")
    .map(({ text }) => text)
    .join("")
  t.match(printed, /printed \*\*\* \[ '\*\*\*' \] \{"secret":"\*\*\*"\} \*\*\*\n/)
  const shown = await lab.start([...asking("throw", "print"), "--verbose"], env).ended
  const told = await lab.start(["logs", "ask@what=print"], env).ended
  t.match(told.stdout, /printed \*\*\*/)
  t.same(leaks(lab, shown, told), [])
})

t.test(
  "a secret in a link of a chain, and in what is asked, is refused or masked as in any stage",
  async (t) => {
    const lab = project(t, files)
    const args = ["--exp", "turning", "--keep-going", "--json"]
    const ran = await lab.start(args, { ...temporary(lab), API_KEY: secret }).ended
    t.match(errors(ran), {
      "turned@into=state": /saved turn 2 with the secret API_KEY in it/,
      "turned@into=metric": /saved turn 2 with the secret API_KEY in it/,
      "turned@into=end": /gave "out" with the secret API_KEY in it/,
      "observed@as=refused": /answered 401: x{290}\{"secret":"?\*?/,
      "observed@as=answer": /gave "out" with the secret API_KEY in it/,
    })
    t.notMatch(
      errors(ran)["observed@as=refused"],
      secret.slice(0, 3),
      "nor half of it, where the body is cut",
    )
    t.equal(ran.tasks["observed@as=pieces"], "ran", ran.stdout)
    const said = ran.of("printed").map(({ text }) => text)
    t.match(said.join(""), "***\n")
    t.match(said.join(""), `last ${secret.slice(0, 3)}\n`, "what was held back is told in the end")
    const links = ran.of("link-finished").map(({ task, index }) => `${task} ${index}`)
    t.notOk(links.includes("turned@into=state 2") || links.includes("turned@into=metric 2"), links.join())
    t.same(leaks(lab, ran), [])
  },
)

t.test("what holds a secret fails with the name of the output, and no other task is told it", async (t) => {
  const lab = project(t, files)
  const ran = await lab.start(["--exp", "others", "--keep-going", "--json"], {
    ...temporary(lab),
    API_KEY: secret,
  }).ended
  t.match(errors(ran), {
    "write@as=file": /stage "write" gave "out" with the secret API_KEY in it \(as it is/,
    "write@as=name": /stage "write" gave "out" with the secret API_KEY in it/,
  })
  t.equal(ran.tasks.other, "ran", JSON.stringify(ran.of("task-finished")))
  const { outputs } = ran.of("task-finished").find(({ task }) => task === "other")!
  const out = outputs.out!
  const path = join(lab.root, "artifacts/objects", out.slice(0, 2), out.slice(2))
  t.same(JSON.parse(readFileSync(path, "utf8")), [null, [], false])
  t.same(leaks(lab, ran), [])
})

const errors = (ran: Ran): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(ran.of("task-finished").map(({ task, error }) => [task, error?.message]))

t.test(
  "a secret that is missing, empty or short is refused before anything runs, unless all is cached",
  async (t) => {
    const lab = project(t, files)
    const args = ["--exp", "asking", "--json"]
    for (const [env, message] of [
      [{}, /the secret API_KEY is not set: set the variable API_KEY .*ask@what=quiet would run/],
      [{ API_KEY: " " }, /the secret API_KEY is empty/],
      [{ API_KEY: "abc" }, /the secret API_KEY has 3 characters/],
    ] as const) {
      const refused = await lab.start(args, env).ended
      t.equal(refused.code, 2)
      t.match(refused.last, { event: "refused", error: { tag: "SecretRefused", message } })
      t.same(refused.of("run-started"), [])
    }
    t.equal((await lab.start(args, { API_KEY: secret }).ended).code, 0)
    const cached = await lab.start(args).ended
    t.equal(cached.code, 0)
    t.same(cached.tasks, { "ask@what=quiet": "cached" })
    const rotated = await lab.start(args, { API_KEY: "another-key" }).ended
    t.same(rotated.tasks, { "ask@what=quiet": "cached" }, "it is in no key")
    const given = await lab.start([...args, "--set", `acts=${encodeURIComponent(secret)}`], {
      API_KEY: secret,
    }).ended
    t.equal(given.code, 2)
    t.match(given.last, { error: { message: /the param acts holds the secret API_KEY/ } })
    t.same(leaks(lab, given), [])
  },
)

t.test(
  "a program has its secrets in its environment, and what it prints of them is masked",
  { skip: process.platform === "win32" && "it has no sh" },
  async (t) => {
    const lab = project(t, {
      "package.json": '{ "type": "module" }',
      "experiments/ask.sh":
        'echo "key $API_KEY" >&2\necho "$API_KEY" | base64 >&2\nprintf "%s" "$API_KEY" | wc -c\n',
      "experiments/told.ts": `
import { Schema } from "effect"
import { experiment, shell } from "refold"
const about = { params: Schema.Struct({}), inputs: {}, deterministic: true, secrets: ["API_KEY"] }
export const ask = shell("ask", {
  ...about, outputs: { out: "text" }, script: "ask.sh", starts: ["base64", "wc"], stdout: "out",
})
export const fail = shell("fail", { ...about, outputs: { out: "text" }, script: "fail.sh" })
export default experiment("told", {}, () => ({ out: ask({}, {}), failed: fail({}, {}) }))
`,
      "experiments/fail.sh": 'printf "%s%01990d" "$API_KEY" 0 >&2\nexit 3\n',
    })
    const args = ["--exp", "told", "--keep-going", "--json"]
    const ran = await lab.start(args, { ...temporary(lab), API_KEY: secret }).ended
    t.same(ran.tasks, { ask: "ran", fail: "failed" }, ran.stderr)
    const { fail } = errors(ran)
    t.match(fail, /ended with exit code 3; it last wrote:\n {2}\*\*\*0{1990}$/)
    t.notMatch(fail, secret.slice(-4), "nor half of it, where its words are cut")
    const printed = ran.of("printed").flatMap(({ task, text }) => (task === "ask" ? [text] : []))
    t.match(printed.join(""), /^key \*\*\*\n/)
    t.same(leaks(lab, ran), [])
  },
)

for (const signal of ["SIGINT", "SIGKILL"] as const)
  t.test(`a secret is found nowhere after a run that ${signal} ended`, async (t) => {
    const lab = project(t, files)
    const env = { ...temporary(lab), API_KEY: secret }
    const args = ["--exp", "asking", "--json", "--set", "acts=time"]
    const running = lab.start(args, env)
    await running.event("printed", ({ text }) => text.includes("***"))
    running.child.kill(signal)
    t.same(leaks(lab, await running.ended), [])
    const next = await lab.start(["--exp", "asking", "--json", "--set", "acts=print"], env).ended
    t.equal(next.code, 0)
    t.same(leaks(lab, next), [])
  })

t.test("a configuration may read a file of variables", { skip: !("loadEnvFile" in process) }, async (t) => {
  const lab = project(t, {
    ...files,
    ".env": "API_KEY=from-a-file\n",
    "refold.config.ts":
      'import { defineConfig } from "refold"\nprocess.loadEnvFile()\nexport default defineConfig({})\n',
  })
  const ran = await lab.json("--exp", "asking")
  t.equal(ran.code, 0, ran.stdout + ran.stderr)
})

t.test("what debug shows of a task that prints a secret is masked", async (t) => {
  const lab = project(t, files)
  const env = { ...temporary(lab), API_KEY: secret }
  const args = ["debug", "ask@what=print", "--exp", "asking", "--set", "acts=print", "--port", "0"]
  const started = lab.start(args, env)
  const url = await new Promise<string>((resolve) => {
    let text = ""
    started.child.stdout.on("data", (piece: Buffer) => {
      text += piece
      const [, found] = /(ws:\/\/\S+)/.exec(text) ?? []
      if (found !== undefined) resolve(found)
    })
  })
  const inspector = await attach(t, url)
  await inspector.call("Runtime.runIfWaitingForDebugger")
  const ran = await started.ended
  t.equal(ran.code, 0, ran.stdout + ran.stderr)
  t.match(ran.stdout, /printed \*\*\*/)
  t.same(leaks(lab, ran), [])
})
