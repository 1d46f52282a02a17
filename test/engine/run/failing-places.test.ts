// in turn, in CI: it starts processes.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import type { EventOf } from "../../../engine/report/events.ts"
import type { Ran } from "../../../engine/testing/command.ts"
import { type Project, project } from "../../../engine/testing/project.ts"

const logistic = `// Columns below are counted by hand, from 1.
import { apply, refuse } from "chart"
import { Data, Effect } from "effect"

export interface Rows { readonly first?: { readonly length: number } }
export class NoRows extends Data.TaggedError("NoRows")<{ readonly path: string }> {}

/** A comment, and types, that a bundle does not hold. */
export function step(rows: Rows): number {
  const n: number = rows.first!.length
  return n
}
export const through = (rows: Rows): number => apply(() => step(rows))
export const refused = (): number => refuse()
export function chained(rows: Rows): number {
  try {
    return step(rows)
  } catch (cause) {
    throw new Error("in vain", { cause })
  }
}
export const tagged = Effect.fn("reading")(function* () {
  return yield* new NoRows({ path: "/data" })
})
`

const fit = (declared: string): string => `
import { Schema } from "effect"
import { stage } from "refold"
import { chained, refused, step, tagged, through } from "../lib/logistic.ts"

const ways: Readonly<Record<string, () => unknown>> = {
  here: () => step({}),
  later: async () => step({}),
  through: () => through({}),
  package: () => refused(),
  chained: () => chained({}),
  effect: () => tagged(),
  word: () => { throw "a word" },
  timer: () => new Promise(() => setTimeout(() => step({}), 1)),
  astray: () => { Promise.resolve().then(() => step({})); return new Promise(() => setTimeout(() => {}, 100_000)) },
}

export const fit = stage("fit", {
  params: Schema.Struct({ how: Schema.String }),
  inputs: {},
  outputs: { x: "value" },${declared}
  run: ({ params }) => ways[params.how]!() as never,
})
`

const files = {
  "package.json": '{"type":"module"}',
  "node_modules/chart/package.json":
    '{"name":"chart","version":"1.0.0","type":"module","exports":"./index.js"}',
  "node_modules/chart/index.js":
    'export const apply = (f) => f()\nexport const refuse = () => {\n  throw new RangeError("too many")\n}\n',
  "lib/logistic.ts": logistic,
  "stages/fit.ts": fit(""),
  "experiments/one.ts": `
import { Schema } from "effect"
import { experiment } from "refold"
import { fit } from "../stages/fit.ts"
const ways = Schema.Array(Schema.String).annotations({ default: ["here"] })
export default experiment("one", { ways }, ({ ways }) => ways.map((how) => fit({ how }, {}, { how })))
`,
}

const all = ["here", "later", "through", "package", "chained", "effect", "word"]
const run = (lab: Project, ways = all): Promise<Ran> =>
  lab.json("--exp", "one", "--keep-going", "--set", `ways=${ways.join()}`)

type Failure = NonNullable<EventOf<"task-finished">["error"]>
const failures = (ran: Ran): Readonly<Record<string, Failure>> =>
  Object.fromEntries(
    ran.of("task-finished").map(({ task, error }) => [task.slice("fit@how=".length), error!]),
  )

/** In \`rows.first!.length\` it is the name that is read in vain. */
const place = "lib/logistic.ts:10:33"

for (const [where, declared] of [
  ["a worker", ""],
  ["the coordinator", "\n  inProcess: true,"],
] as const) {
  t.test(`what a stage throws in ${where} is placed in the author's files`, async (t) => {
    const lab = project(t, { ...files, "stages/fit.ts": fit(declared) })
    const ran = await run(lab)
    t.equal(ran.code, 1)
    const found = failures(ran)
    t.match(found.here, { tag: "TypeError", message: /undefined \(reading 'length'\)/ })
    t.equal(found.here!.stack[0], place)
    t.same(found.here!.excerpt, { at: place, text: "  const n: number = rows.first!.length" })
    t.match(found.here!.stack[1], /^stages\/fit\.ts:7:15$/)
    if (declared === "") t.equal(found.later!.stack[0], place)
    else t.match(found.later, { tag: "NotAtOnce", message: /"fit" declares `inProcess`, but gave a Promise/ })
    t.same(found.through!.stack.slice(0, 3), [
      place,
      "lib/logistic.ts:13:60",
      "node_modules/chart/index.js:1:29 (package chart)",
    ])
    t.match(found.package, { tag: "RangeError", excerpt: { at: "lib/logistic.ts:14:38" } })
    t.equal(found.package!.stack[0], "node_modules/chart/index.js:3:9 (package chart)")
    t.match(found.chained, { message: "in vain", stack: ["lib/logistic.ts:19:11"] })
    t.match(found.chained!.causes, [{ tag: "TypeError", stack: [place], excerpt: { at: place } }])
    t.match(found.effect, { tag: "NoRows", message: "{ path: '/data' }", stack: ["lib/logistic.ts:23:17"] })
    t.match(found.word, { tag: "Thrown", message: "a word", stack: [], causes: [] })
    for (const { stack } of Object.values(found))
      t.notOk(
        stack.some((at) => /worker\.mjs|pipeline\.js|node:|\.cache|engine\//.test(at)),
        "nothing of the engine",
      )
  })
}

t.test("logs, plain output and the page show the place, its line and what stands behind it", async (t) => {
  const lab = project(t, files)
  const ran = await lab.plain("--exp", "one", "--set", "ways=chained")
  const shown =
    /Error at lib\/logistic\.ts:19:11\n +19 \| {5}throw new Error\("in vain", \{ cause \}\)\n +\| {11}\^\n.*caused by TypeError: Cannot read .*\n +lib\/logistic\.ts:10:33\n/s
  t.match(ran.stdout, /FAILED {3}fit@how=chained: in vain\n/)
  t.match(ran.stdout, shown)
  t.match((await lab.plain("logs", "fit@how=chained")).stdout, shown)
  t.match(JSON.parse((await lab.json("logs", "fit@how=chained")).stdout).error, {
    message: "in vain",
    causes: [{ stack: [place] }],
  })
  const [page] = /\S+index\.html/.exec(ran.stdout) ?? []
  const shownThere = readFileSync(page!, "utf8")
  t.match(
    shownThere,
    /fit@how=chained.*Error: in vain.*lib\/logistic\.ts:19:11.*throw new Error.*lib\/logistic\.ts:10:33/s,
  )
})

t.test(
  "a map is made with its bundle, and again when one is gone and wanted, but for nothing else",
  async (t) => {
    const quiet = fit("").replace(
      "ways[params.how]!()",
      'params.how === "ok" ? { x: 1 } : ways[params.how]!()',
    )
    const lab = project(t, { ...files, "stages/fit.ts": quiet })
    const folder = join(lab.root, "node_modules/.cache/refold/code")
    const maps = (): ReadonlyArray<string> => readdirSync(folder).filter((name) => name.endsWith(".map"))
    t.equal((await run(lab, ["ok"])).code, 0)
    const [map] = maps()
    t.ok(existsSync(join(folder, map!.replace(/\.map$/, ""))))
    t.notMatch(lab.read(`node_modules/.cache/refold/code/${map!.replace(/\.map$/, "")}`), /sourceMappingURL/)
    rmSync(join(folder, map!))
    t.equal((await run(lab, ["ok"])).tasks["fit@how=ok"], "cached")
    t.same(maps(), [], "nobody asked for it")
    t.equal(failures(await run(lab, ["here"])).here!.stack[0], place)
    t.same(maps(), [map])
    lab.write({ "lib/logistic.ts": `// One line more.\n${logistic}` })
    t.equal(
      failures(await run(lab, ["here"])).here!.stack[0],
      place.replace(":10:", ":11:"),
      "it follows an edit",
    )
  },
)

t.test("a module that throws when a worker loads it, and a thread that throws, are placed too", async (t) => {
  const thread = `
import { Schema } from "effect"
import { stage } from "refold"
export const spread = stage("spread", {
  params: Schema.Struct({}), inputs: {}, outputs: { x: "value" },
  thread: (given: { readonly rows?: string }) => {
    return given.rows!.length as never
  },
  run: async ({ thread, pause }) => {
    thread({})
    for (;;) await pause()
  },
})
`
  const load = `
import { Schema } from "effect"
import { stage } from "refold"
const table: ReadonlyArray<{ readonly a: number }> = []
if (!(Symbol.for("refold.declare") in globalThis)) console.log(table[3]!.a)
export const load = stage("load", {
  params: Schema.Struct({}), inputs: {}, outputs: { x: "value" }, run: () => ({ x: 1 }),
})
`
  const lab = project(t, {
    "package.json": '{"type":"module"}',
    "stages/spread.ts": thread,
    "stages/load.ts": load,
    "experiments/one.ts": `
import { experiment } from "refold"
import { load } from "../stages/load.ts"
import { spread } from "../stages/spread.ts"
export default experiment("one", {}, () => [load({}, {}), spread({}, {})])
`,
  })
  const ran = await lab.json("--exp", "one", "--keep-going")
  const errors = Object.fromEntries(ran.of("task-finished").map(({ task, error }) => [task, error]))
  t.match(errors.load, { tag: "TypeError", stack: ["stages/load.ts:5:74"] })
  t.match(errors.spread, { tag: "TypeError", stack: ["stages/spread.ts:7:24"] })
})

t.test("what a stage throws in a callback ends its worker, and is placed as well", async (t) => {
  const lab = project(t, files)
  const ran = await run(lab, ["timer", "astray"])
  t.equal(ran.code, 1)
  const found = failures(ran)
  for (const way of ["timer", "astray"]) {
    t.match(found[way], { tag: "WorkerLost", message: /exit code 1.*Cannot read properties of undefined/s })
    t.equal(found[way]!.stack[0], place, way)
    t.ok(found[way]!.message.length < 400, "no line of the bundle")
  }
})
