// in turn, in CI: it starts processes, over thousands of files.
// Many files: given, made by a stage, and each mapped over. Of one that changed one is stored, and told by name. 5,000 in `npm run test:long`.
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { type Command, sample } from "../../../bench/engine/sample.ts"
import { repository } from "../../../engine/testing/command.ts"
import { type Project, project } from "../../../engine/testing/project.ts"
import { count, isLong } from "../../counts.ts"

const many = count(300, 5000)

const nameOf = (n: number): string => `d${n % 50}/${n}.csv`
const textOf = (n: number): string => `a,b\n${`${n},${2 * n}\n`.repeat(100)}`

const head = `import { Schema } from "effect"
import { each, experiment, files, many, stage } from "refold"
`
const total = `export const total = stage("total", {
  params: Schema.Struct({}), inputs: { data: "folder" }, outputs: { bytes: "value" },
  run: ({ inputs }) => ({ bytes: [...inputs.data.values()].reduce((sum, bytes) => sum + bytes.length, 0) }),
})
`

const lab = project(t, {
  "package.json": '{"type":"module"}',
  "experiments/given.ts": `${head}${total}
export default experiment("given", {}, () => total({}, { data: files("data/**/*.csv") }))
`,
  "experiments/made.ts": `${head}${total}
export const make = stage("make", {
  params: Schema.Struct({ edited: Schema.Int }), inputs: {}, outputs: { data: "folder" },
  run: ({ params }) => ({
    data: new Map(Array.from({ length: ${many} }, (_, n) => [
      "d" + (n % 50) + "/" + n + ".csv",
      new TextEncoder().encode("made " + (n === params.edited ? "anew" : n)),
    ])),
  }),
})
export default experiment("made", { edited: Schema.Int.annotations({ default: -1 }) }, ({ edited }) => {
  const { data } = make({ edited })
  return { data, bytes: total({}, { data }).bytes }
})
`,
  "experiments/mapped.ts": `${head}
export const size = stage("size", {
  params: Schema.Struct({}), inputs: { part: "csv" }, outputs: { size: "value" }, inProcess: true,
  run: ({ inputs }) => ({ size: inputs.part.length }),
})
export const sum = stage("sum", {
  params: Schema.Struct({}), inputs: { sizes: many("value") }, outputs: { sum: "value" }, inProcess: true,
  run: ({ inputs }) => ({ sum: Object.values(inputs.sizes).reduce((a: number, b) => a + (b as number), 0) }),
})
export default experiment("mapped", {}, () =>
  sum({}, { sizes: each("parts", files("data/**/*.csv"), (part) => size({}, { part }).size) }))
`,
  ...Object.fromEntries(Array.from({ length: many }, (_, n) => [`data/${nameOf(n)}`, textOf(n)])),
})

const objects = ({ root }: Project): ReadonlySet<string> => {
  const folder = join(root, "artifacts/objects")
  return new Set(
    readdirSync(folder).flatMap((head) => readdirSync(join(folder, head)).map((tail) => head + tail)),
  )
}

/** Runs an experiment over what has changed. @returns what is stored since, and what the run told */
async function changed(experiment: string, edit: () => void, ...args: ReadonlyArray<string>) {
  const first = await lab.json("--exp", experiment)
  t.equal(first.code, 0, first.stderr)
  const before = objects(lab)
  edit()
  const plan = await lab.json("--exp", experiment, ...args, "--plan")
  const ran = await lab.json("--exp", experiment, ...args)
  t.equal(ran.code, 0, ran.stderr)
  const stored = [...objects(lab)].filter((digest) => !before.has(digest))
  return { plan, ran, stored }
}

/** A byte of a local file. */
const editLocal = (n: number) => (): void =>
  writeFileSync(join(lab.root, "data", nameOf(n)), textOf(n).replace("a", "z"))
const edited = (n: number) => [{ change: "edited", count: 1, names: [nameOf(n)] }]

t.test(`of ${many} local files one changed: one list is stored, plan and why name the file`, async (t) => {
  const { plan, ran, stored } = await changed("given", editLocal(7))
  const why = [{ reason: "input", role: "data", files: edited(7) }]
  t.match(plan.of("planned"), [{ task: "total", status: "will-run", why }])
  t.match(ran.of("task-started"), [{ task: "total", why }])
  t.equal(
    stored.length,
    1,
    "the folder's list: its files are read where they lie, and the total is what it was",
  )
  const told = await lab.plain("why", "total", "--exp", "given")
  t.match(told.stdout, new RegExp(`input data .*: ${nameOf(7)} edited`))
})

t.test(`of ${many} files of a folder that a stage made one changed: one file is stored`, async (t) => {
  const { ran, stored } = await changed("made", () => {}, "--set", "edited=11")
  t.same(ran.tasks, { make: "ran", total: "ran" })
  t.match(ran.of("task-started").at(-1), { task: "total", why: [{ role: "data", files: edited(11) }] })
  t.equal(stored.length, 3, "the file, the folder's list, and the total")
})

t.test(
  `of ${many} files that are mapped over one changed: one task runs, and what takes the group`,
  async (t) => {
    const { plan, ran, stored } = await changed("mapped", editLocal(13))
    const label = ran.of("task-started")[0]!.task
    t.match(label, /^size@parts=.*13/)
    const planned = plan.of("planned").filter(({ status }) => status !== "cached")
    t.match(planned, [
      { task: label, status: "will-run" },
      { task: "sum", status: "undecided" },
    ])
    t.match(ran.last, { ran: 1, cached: many }, "the size is what it was, and so is the sum of all")
    t.equal(stored.length, 1, "the file")
  },
)

/** The median of several, after one that is not counted. */
function median(command: Command): { readonly seconds: number; readonly cpu: number | undefined } {
  const all = Array.from({ length: isLong ? 8 : 4 }, () => sample(command)).slice(1)
  const middle = (of: "cpu" | "seconds") =>
    all.map((each) => each[of] ?? Number.NaN).sort((a, b) => a - b)[Math.floor(all.length / 2)]!
  return { seconds: middle("seconds"), cpu: all[0]!.cpu === undefined ? undefined : middle("cpu") }
}

t.test("a run without a change takes what its start takes, and little more", (t) => {
  const command = (...args: ReadonlyArray<string>): Command => ({
    program: process.execPath,
    args: [join(repository, "engine/build/launch.mjs"), ...args],
    cwd: lab.root,
  })
  const start = median(command("--version"))
  const text = ({ seconds, cpu }: ReturnType<typeof median>): string =>
    `${seconds.toFixed(2)} s, ${cpu?.toFixed(2)} s of processors`
  t.comment(`start alone: ${text(start)}`)
  // Wall time is other processes' too: what is held is processor time, where it is known, beside the start, as machines differ and
  // may be busy. In the long tier it is what stands in the docs, where the start takes what it takes there.
  const { cpu = 0 } = start
  const alone = isLong ? Math.max(0.6, cpu + 0.3) : 2 * cpu + 0.5
  for (const [experiment, most] of Object.entries({
    given: alone,
    made: alone,
    mapped: alone + many * 0.5e-3,
  })) {
    const taken = median(command("--exp", experiment))
    t.comment(`${experiment}, ${many} files, no change: ${text(taken)}`)
    t.ok((taken.cpu ?? 0) < most, `${experiment}: ${taken.cpu} s of ${most}`)
  }
  t.end()
})
