// A project whose stages do with a secret what none should, and where it might be found afterwards.
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Ran } from "../../../engine/testing/command.ts"
import type { Project } from "../../../engine/testing/project.ts"

/** With what each encoding writes otherwise. */
export const secret = 'sk-l~/"q &=%7_Zx9+läÿ?>live'
const long = "Q".repeat(1024 * 1024 - 10)

/** What a stage may do with a secret. */
export const acts: Readonly<Record<string, string>> = {
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
  echo: `
    const failure = new Error("400: " + JSON.stringify({ error: JSON.stringify({ authorization: secret }) }))
    failure.stack = failure.stack + "\\n    at " + secret
    throw new AggregateError([failure], "all failed", { cause: new Error("within", { cause: failure }) })`,
  "child-error": `
    const script = "process.stderr.write(process.argv[1].slice(0, 7)); setTimeout(() => process.stderr.write(process.argv[1].slice(7)), 50)"
    execFileSync(process.execPath, ["-e", script, secret], { stdio: "inherit" })
    return { out: 1 }`,
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

export const files: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module" }',
  "stages/ask.ts": `
import { execFileSync } from "node:child_process"
import { writeSync } from "node:fs"
import { Schema } from "effect"
import { stage } from "refold"
export const acts: Record<string, (context: any, secret: string) => any> = {
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
  "stages/turned.ts": `
import { Schema } from "effect"
import { recorded, stage } from "refold"
export const turned = stage("turned", {
  params: Schema.Struct({ into: Schema.Literal("state", "metric", "end") }),
  inputs: {}, outputs: { out: "value" }, secrets: ["API_KEY"], unit: "turn",
  chain: {
    finishing: [], length: () => 2, stops: () => false, isRecord: () => false,
    start: ({ params, secrets }) => ({ at: 0, into: params.into, secret: secrets.API_KEY }),
    advance: (state, n) => ({ [n === 2 && state.into === "metric" ? "of." + state.secret : "n"]: (state.at = n) }),
    save: ({ at, into, secret }) => Buffer.from(at === 2 && into === "state" ? "with " + secret : "turn " + at),
    restore: (state, saved) => { state.at = Number(Buffer.from(saved).toString().slice(5)) },
    finish: ({ params, secrets }) => ({ out: params.into === "end" ? secrets.API_KEY : 1 }),
  },
})
export const observed = recorded("observed", {
  params: Schema.Struct({ as: Schema.Literal("pieces", "refused", "answer") }),
  inputs: {}, outputs: { out: "value" }, secrets: ["API_KEY"], retries: 0,
  request: ({ as }) => as,
  observe: async (as, { accepted, log, secrets: { API_KEY: secret } }) => {
    if (as === "answer") return { out: { echo: secret } }
    if (as === "refused")
      await accepted(new Response("x".repeat(290) + JSON.stringify({ secret }), { status: 401 }))
    for (const piece of [secret.slice(0, 5), secret.slice(5, 11), secret.slice(11)]) {
      process.stdout.write(piece)
      await null
    }
    console.log()
    log("last " + secret.slice(0, 3))
    return { out: 1 }
  },
})
`,
  "experiments/turning.ts": `
import { experiment } from "refold"
import { observed, turned } from "../stages/turned.ts"
export default experiment("turning", {}, () => [
  ...(["state", "metric", "end"] as const).map((into) => turned({ into }, {}, { into }).out),
  ...(["pieces", "refused", "answer"] as const).map((as) => observed({ as }, {}, { as }).out),
])
`,
  "experiments/asking.ts": `
import { Schema } from "effect"
import { experiment } from "refold"
import { ask } from "../stages/ask.ts"
export const acts = Schema.Array(Schema.String).annotations({ default: ["quiet"] })
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
const spellings = (secret: string): ReadonlyArray<string> => [
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
export const leaks = (lab: Project, ...ran: ReadonlyArray<Ran>): ReadonlyArray<string> =>
  leaksOf(secret, lab, ...ran)

/** The same of another secret. */
export function leaksOf(
  secret: string,
  { root }: Project,
  ...ran: ReadonlyArray<Ran>
): ReadonlyArray<string> {
  const spelt = spellings(secret)
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

export const temporary = (lab: Project): Readonly<Record<string, string>> => {
  lab.write({ "tmp/here": "" })
  const folder = join(lab.root, "tmp")
  return { TMPDIR: folder, TEMP: folder, TMP: folder }
}

export const asking = (...acts: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...["--exp", "asking", "--keep-going", "--jobs", "1", "--policy", "ask.timeout=15"],
  ...["--set", `acts=${acts.join()}`],
]
