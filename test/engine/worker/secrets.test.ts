// in turn, in CI: it starts processes that end in many ways.
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import type { Ran } from "../../../engine/testing/command.ts"
import { attach } from "../../../engine/testing/inspector.ts"
import { type Project, project } from "../../../engine/testing/project.ts"

/** With what each encoding writes otherwise. */
const secret = 'sk-l~/"q &=%7_Zx9+läÿ?>live'
const long = "Q".repeat(1024 * 1024 - 10)

/** What a stage may do with a secret. */
const acts: Readonly<Record<string, string>> = {
  quiet: "return { out: secret.length }",
  print: `
    console.log("printed", secret, [secret], JSON.stringify({ secret }), encodeURIComponent(secret))
    console.error(Buffer.from(secret).toString("base64"), Buffer.from("u:" + secret).toString("base64url"))
    for (const piece of [secret.slice(0, 3), secret.slice(3, 9), secret.slice(9) + "\\n"]) process.stdout.write(piece)
    for (const piece of [secret.slice(0, 5), secret.slice(5) + "\\n"]) writeSync(2, piece)
    context.log(secret)
    return { out: 1 }`,
  child: `
    const script = "process.stdout.write(process.argv[1].slice(0, 4)); setTimeout(() => console.log(process.argv[1].slice(4)), 50)"
    execFileSync(process.execPath, ["-e", script, secret], { stdio: "inherit" })
    return { out: 1 }`,
  throw: `throw Object.assign(new TypeError("401 for " + secret, { cause: { headers: { authorization: "Bearer " + secret } } }), { name: "E" + secret })`,
  "throw-long": `throw new Error("x".repeat(2990) + secret + "x".repeat(5000))`,
  late: `
    setTimeout(() => { throw new Error("late: " + secret) }, 1)
    return new Promise(() => {})`,
  abort: `
    process.stdout.write("before the end " + secret)
    process.abort()`,
  kill: `
    process.stderr.write(secret.slice(0, 9))
    process.stderr.write(secret.slice(9))
    process.kill(process.pid, "SIGKILL")
    return new Promise(() => {})`,
  time: `
    console.log(secret)
    return new Promise(() => setInterval(() => {}, 1000))`,
  heap: `
    const all = []
    console.error("full of " + secret)
    for (;;) all.push(Array.from({ length: 1000 }, (_, i) => ({ secret: secret + i })))`,
  value: `return { out: { headers: ["Bearer " + secret] } }`,
  metric: `
    await context.progress(1, 2, { [secret]: 1 })
    return { out: 1 }`,
  place: `return { out: context.place(secret) }`,
}

const files: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module" }',
  "stages/ask.ts": `
import { execFileSync } from "node:child_process"
import { writeSync } from "node:fs"
import { Schema } from "effect"
import { stage } from "refold"
const acts: Record<string, (context: any, secret: string) => any> = {
${Object.entries(acts)
  .map(([name, body]) => `${JSON.stringify(name)}: async (context, secret) => { ${body} },`)
  .join("\n")}
}
export const ask = stage("ask", {
  params: Schema.Struct({ what: Schema.String }),
  inputs: {}, outputs: { out: "value" },
  allow: ["processes"],
  secrets: ["API_KEY"],
  run: (context) => acts[context.params.what]!(context, context.secrets.API_KEY),
})
export const write = stage("write", {
  params: Schema.Struct({ as: Schema.Literal("file", "folder", "name") }),
  inputs: {}, outputs: { out: "folder" },
  allow: ["files"],
  secrets: ["API_KEY"],
  run: async ({ params, place, secrets: { API_KEY: secret } }) => {
    const { writeFileSync } = await import("node:fs")
    if (params.as === "name") return { out: new Map([[encodeURIComponent(secret), Buffer.from("x")]]) }
    const path = place("large.txt")
    writeFileSync(path, ${JSON.stringify(long)} + secret)
    return { out: new Map([["large.txt", path]]) }
  },
})
export const other = stage("other", {
  params: Schema.Struct({}),
  inputs: {}, outputs: { out: "value" },
  allow: ["processes"],
  run: ({ secrets }) => ({
    out: [process.env.API_KEY ?? null, Object.keys(secrets), execFileSync("sh", ["-c", "tr '\\\\0' '\\\\n' < /proc/$PPID/environ || true"]).includes("sk-")],
  }),
})
`,
  "experiments/asking.ts": `
import { Schema } from "effect"
import { experiment } from "refold"
import { ask } from "../stages/ask.ts"
const acts = Schema.Array(Schema.String).annotations({ default: ["quiet"] })
export default experiment("asking", { acts }, (p) => p.acts.map((what) => ask({ what }, {}, { what }).out))
`,
  "experiments/others.ts": `
import { experiment } from "refold"
import { other, write } from "../stages/ask.ts"
export default experiment("others", {}, () => [
  other({}, {}).out,
  ...(["file", "name"] as const).map((as) => write({ as }, {}, { as }).out),
])
`,
}

/** In the ways in which one would look for it. */
const spelt = [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  ...[0, 1, 2].flatMap((before) =>
    (["base64", "base64url"] as const).map((encoding) => {
      const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)])
      return bytes.toString(encoding).slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6))
    }),
  ),
]

/** Where it is found, of all files under the project but for its packages; and in what a command printed. */
function leaks({ root }: Project, ...ran: ReadonlyArray<Ran>): ReadonlyArray<string> {
  const found: Array<string> = []
  const look = (where: string, bytes: Buffer): void => {
    for (const text of spelt) if (bytes.includes(text)) found.push(`${where}: ${text}`)
  }
  for (const [n, { stdout, stderr }] of ran.entries()) look(`command ${n}`, Buffer.from(stdout + stderr))
  for (const name of readdirSync(root, { recursive: true }) as ReadonlyArray<string>) {
    if (name.startsWith("node_modules/refold") || name.startsWith("node_modules/effect")) continue
    look("a name", Buffer.from(name))
    const path = join(root, name)
    if (statSync(path).isFile()) look(name, readFileSync(path))
  }
  return found
}

const temporary = (lab: Project): Readonly<Record<string, string>> => {
  lab.write({ "tmp/here": "" })
  const folder = join(lab.root, "tmp")
  return { TMPDIR: folder, TEMP: folder, TMP: folder }
}

const asking = (...acts: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...["--exp", "asking", "--keep-going", "--jobs", "1", "--policy", "ask.timeout=15"],
  ...["--set", `acts=${acts.join()}`],
]

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
export const ask = shell("ask", {
  params: Schema.Struct({}), inputs: {}, outputs: { out: "text" }, deterministic: true,
  script: "ask.sh", starts: ["base64", "wc"], stdout: "out", secrets: ["API_KEY"],
})
export default experiment("told", {}, () => ({ out: ask({}, {}) }))
`,
    })
    const ran = await lab.start(["--exp", "told", "--json"], { ...temporary(lab), API_KEY: secret }).ended
    t.equal(ran.code, 0, ran.stdout + ran.stderr)
    const printed = ran.of("printed").map(({ text }) => text)
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
