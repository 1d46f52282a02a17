// in turn, in CI: it starts processes.
// Groups as a person meets them: through the command line and the library, in workers.
import t from "tap"
import { execute } from "../../../engine/testing/processes.ts"
import { project } from "../../../engine/testing/project.ts"
import { tsx } from "../../support/installed.ts"

const list = (run: string, allow = ""): string => `import { Schema } from "effect"
import { stage } from "refold"
export const list = stage("list", {
  params: Schema.Struct({ count: Schema.Number }), inputs: {}, outputs: { list: "value" }${allow},
  run: ${run},
})`
const item = (factor: number): string => `import { Schema } from "effect"
import { stage } from "refold"
export const item = stage("item", {
  params: Schema.Struct({ name: Schema.String }), inputs: {}, outputs: { length: "value" },
  run: ({ params }) => ({ length: params.name.length * ${factor} }),
})`
const total = `import { Schema } from "effect"
import { group, stage } from "refold"
export const total = stage("total", {
  params: Schema.Struct({}), inputs: { lengths: group("value") }, outputs: { total: "value" },
  run: ({ inputs }) => ({ total: inputs.lengths.map(({ name, content }) => [name, content]) }),
})`
const experiment = (body: string): string => `import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { each, experiment } from "refold"
import { item } from "../stages/item.ts"
import { list } from "../stages/list.ts"
import { total } from "../stages/total.ts"
export default experiment("lengths", { count: Schema.Number.annotations({ default: 2 }) }, ({ count }) => {
  const lengths = each("lengths", list({ count }).list, ${body})
  return { lengths: lengths.length, total: total({}, { lengths: lengths.length }).total }
})`
const names = '({ params }) => ({ list: Array.from({ length: params.count }, (_, i) => "a".repeat(i + 1)) })'
const files = {
  "package.json": '{"type":"module"}',
  "stages/list.ts": list(names),
  "stages/item.ts": item(1),
  "stages/total.ts": total,
  "experiments/lengths.ts": experiment("(name: string) => item({ name })"),
}

t.test("a group runs in workers, is cached, planned whole, and read back with its items", async (t) => {
  const lab = project(t, {
    ...files,
    "tsconfig.json": "{}",
    "read.ts": `import { load } from "refold"
import lengths from "./experiments/lengths.ts"
console.log(JSON.stringify(await load(lengths, ({ lengths }) => lengths)))`,
  })
  const ran = await lab.json("--exp", "lengths")
  t.equal(ran.code, 0)
  t.same(
    ran.of("group-opened").map(({ group, items }) => [group, items]),
    [["lengths", 2]],
  )
  t.same(
    ran.of("run-finished").map(({ tasks, ran }) => [tasks, ran]),
    [[4, 4]],
  )
  const planned = await lab.json("--exp", "lengths", "--plan")
  t.same(
    planned.of("planned").map(({ task, status }) => [task, status]),
    ["list", "item@lengths=a", "item@lengths=aa", "total"].map((task) => [task, "cached"]),
  )
  const read = await execute(lab.root, process.execPath, [tsx, "read.ts"])
  t.equal(read.stderr, "")
  t.same(JSON.parse(read.stdout), [
    { item: "a", name: "a", content: 1 },
    { item: "aa", name: "aa", content: 2 },
  ])
  const more = await lab.plain("--exp", "lengths", "--set", "count=30")
  t.match(more.stdout, /opens {4}lengths {2}30 items\n {2}done {5}lengths {2}30 items: 2 cached, 28 ran\n/)
  t.notMatch(more.stdout, /item@lengths/, "a group of many is one line")
})

t.test(
  "what a body reads, draws or asks of the clock is refused or fixed, and the group fails",
  async (t) => {
    const lab = project(t, files)
    const bodies: Readonly<Record<string, RegExp>> = {
      "(name: string) => item({ name: `${Math.random()}` })": /Math\.random/,
      '(name: string) => item({ name: readFileSync("/etc/hostname", "utf8") })': /the file \/etc\/hostname/,
      '(name: string) => { throw new Error("no such item") }': /at a: no such item/,
    }
    for (const [body, message] of Object.entries(bodies)) {
      lab.write({ "experiments/lengths.ts": experiment(body) })
      const ran = await lab.json("--exp", "lengths")
      t.equal(ran.code, 1, "the list is data, so this is a failure, no bad declaration")
      const [finished] = ran.of("group-finished")
      t.equal(finished?.status, "failed")
      t.match(finished?.error?.message, message)
    }
  },
)

t.test("the code of a run is that of its start, also of stages that only a body wires", async (t) => {
  const edit = `async ({ params }) => {
    const { writeFileSync } = await import("node:fs")
    writeFileSync("stages/item.ts", ${JSON.stringify(item(10))})
    return { list: ["a", "aa"] }
  }`
  const lab = project(t, { ...files, "stages/list.ts": list(edit, ', allow: ["files"]') })
  const first = await lab.json("--exp", "lengths")
  t.equal(first.code, 0)
  const [values] = first.of("results").map(({ values }) => values)
  t.same(
    values?.total,
    [
      ["a", 1],
      ["aa", 2],
    ],
    "edited while it ran",
  )
  const second = await lab.json("--exp", "lengths")
  t.same(
    second.of("results").map(({ values }) => values.total),
    [
      [
        ["a", 10],
        ["aa", 20],
      ],
    ],
  )
  t.same(
    second.of("run-finished").map(({ ran, cached }) => [ran, cached]),
    [[3, 1]],
  )
})
