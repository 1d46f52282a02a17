// in turn, in CI: it starts processes.
import { readdirSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import t, { type Test } from "tap"
import { originsIn } from "../../../engine/code/source-map.ts"
import type { Started } from "../../../engine/testing/command.ts"
import { attach, type Inspector } from "../../../engine/testing/inspector.ts"
import { type Project, project } from "../../../engine/testing/project.ts"

const logistic = `// What a stage calls.
export interface Rows {
  readonly all: ReadonlyArray<number>
}
export function step(rows: Rows): number {
  const sum: number = rows.all.reduce((a, b) => a + b)
  console.log("stepped to", sum)
  return sum
}
`
const files = {
  "package.json": '{"type":"module"}',
  "lib/logistic.ts": logistic,
  "stages/fit.ts": `
import { Schema } from "effect"
import { stage } from "refold"
import { step } from "../lib/logistic.ts"
export const rows = stage("rows", {
  params: Schema.Struct({ n: Schema.Number }), inputs: {}, outputs: { all: "value" }, run: ({ params }) => ({ all: [1, params.n] }),
})
export const fit = stage("fit", {
  params: Schema.Struct({}), inputs: { all: "value" }, outputs: { x: "value" }, timeout: 0.001,
  run: ({ inputs }) => ({ x: step({ all: inputs.all as never }) }),
})`,
  "experiments/one.ts": `
import { Schema } from "effect"
import { experiment } from "refold"
import { fit, rows } from "../stages/fit.ts"
export default experiment("one", { n: Schema.Number.annotations({ default: 2 }) }, ({ n }) => ({
  fits: [n, n + 1].map((n) => fit({}, { all: rows({ n }, {}, { n }).all }, { n })),
}))`,
}

const debug = (lab: Project, task: string, ...more: ReadonlyArray<string>): Started =>
  lab.start(["debug", task, "--exp", "one", "--port", "0", ...more])

/** Attaches to the process that a command starts, and lets it go on to where its code with a map is about to run. */
async function attached(t: Test, { child }: Started): Promise<Inspector> {
  const url = await new Promise<string>((resolve) => {
    let said = ""
    child.stdout.on("data", (text) => {
      said += text
      const found = /Debugger listening on (ws:\S+)\n/.exec(said)
      if (found !== null) resolve(found[1]!)
    })
  })
  t.match(url, /^ws:\/\/127\.0\.0\.1:/, "on this machine alone")
  const inspector = await attach(t, url)
  await inspector.call("Debugger.enable")
  await inspector.call("Debugger.setInstrumentationBreakpoint", {
    instrumentation: "beforeScriptWithSourceMapExecution",
  })
  await inspector.call("Runtime.runIfWaitingForDebugger")
  return inspector
}

interface Script {
  readonly url: string
  readonly map: string
}

/** The script that is about to run. */
async function script(inspector: Inspector): Promise<Script> {
  await inspector.next("Debugger.paused", ({ reason }) => reason === "instrumentation")
  const { url, sourceMapURL } = await inspector.next("Debugger.scriptParsed", ({ url }) =>
    /[\\/]\.cache[\\/]refold[\\/]/.test(String(url)),
  )
  return {
    url: String(url),
    map: Buffer.from(String(sourceMapURL).split("base64,")[1]!, "base64").toString(),
  }
}

/** Where in the script a line of a file begins, as a debugger finds it in the map. */
function generated(
  { map }: Script,
  file: string,
  line: number,
): { lineNumber: number; columnNumber: number } {
  const origins = originsIn(map)!
  for (let column = 1; column < 100_000; column++) {
    const origin = origins(1, column)
    if (origin?.path === file && origin.line === line) return { lineNumber: 0, columnNumber: column - 1 }
  }
  throw new Error(`nothing of ${file}:${line} is in the script`)
}

const objects = (lab: Project): ReadonlyArray<string> =>
  readdirSync(join(lab.root, "artifacts"), { recursive: true })
    .map(String)
    .filter((path) => !/ledger/.test(path))
    .sort()

t.test("debug stops at a breakpoint in the author's file, and keeps nothing", async (t) => {
  const lab = project(t, {
    ...files,
    "stages/fit.ts": files["stages/fit.ts"].replace(", timeout: 0.001", ""),
  })
  t.equal((await lab.json("--exp", "one")).code, 0)
  const before = objects(lab)
  const started = debug(lab, "fit@n=2")
  const inspector = await attached(t, started)
  const parsed = await script(inspector)
  const file = `file://${lab.root}/lib/logistic.ts`
  await inspector.call("Debugger.setBreakpointByUrl", { url: parsed.url, ...generated(parsed, file, 6) })
  await inspector.call("Debugger.resume")
  const { callFrames } = await inspector.next("Debugger.paused")
  const { location, functionName } = (
    callFrames as ReadonlyArray<{ location: { columnNumber: number }; functionName: string }>
  )[0]!
  t.equal(functionName, "step")
  t.match(originsIn(parsed.map)!(1, location.columnNumber + 1), { path: file, line: 6 })
  await inspector.call("Debugger.resume")
  const ran = await started.ended
  t.equal(ran.code, 0, ran.stderr)
  t.match(
    ran.stdout,
    /\nstepped to 3\n.*nothing of it is kept\n {2}x {2}[0-9a-f]{64} {2}\(as the result that is known\)/s,
  )
  t.same(objects(lab), before)
  t.equal((await lab.plain("runs", "--json")).stdout.trim().split("\n").length, 1)
})

t.test(
  "debug stops at a debugger statement, says where the stage throws, and knows no time limit",
  async (t) => {
    const lab = project(t, files)
    lab.write({
      "lib/logistic.ts": logistic.replace("  return sum", '  debugger\n  throw new RangeError("too much")'),
    })
    t.equal((await lab.json("--exp", "one", "--to", "rows")).code, 0)
    const started = debug(lab, "fit@n=3")
    const inspector = await attached(t, started)
    await script(inspector)
    await inspector.call("Debugger.resume")
    await inspector.next("Debugger.paused", ({ reason }) => reason === "other")
    await inspector.call("Debugger.resume")
    const ran = await started.ended
    t.equal(ran.code, 1)
    t.match(
      ran.stdout,
      /stepped to 4\n.*FAILED {3}fit@n=3: too much\n +RangeError at lib\/logistic\.ts:9:9\n/s,
    )
    t.match((await lab.json("--exp", "one", "--to", "fit@n=3", "--plan")).of("planned").at(-1), {
      task: "fit@n=3",
      status: "will-run",
      why: [{ reason: "never-ran" }],
    })
  },
)

t.test("what cannot be debugged is refused, with what to type", async (t) => {
  const lab = project(t, files)
  const refusal = async (task: string, ...more: ReadonlyArray<string>): Promise<string> => {
    const { code, stderr } = await lab.plain("debug", task, "--exp", "one", ...more)
    t.equal(code, 2, stderr)
    return stderr
  }
  t.match(await refusal("fit@n=2"), /fit@n=2 takes what rows@n=2 gives, .*run --exp one --to rows@n=2 first/)
  t.match(await refusal("fti@n=2"), /has no task or stage "fti@n=2".*fit@n=2/)
  t.match(await refusal("rows"), /"rows" has 2 tasks: name one of them, such as rows@n=2, rows@n=3/)
  t.match(await refusal("rows@n=2", "--port", "70000"), /--port 70000/)
  const server = createServer().listen(0, "127.0.0.1")
  t.teardown(() => server.close())
  await new Promise((listening) => server.once("listening", listening))
  const { port } = server.address() as { readonly port: number }
  t.match(await refusal("rows@n=2", "--port", String(port)), /port \d+ is taken: --port 0/)
})
