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

t.test(
  "over the files of a folder each is an input by its content, its name in the label only",
  async (t) => {
    const lab = project(t, {
      "package.json": '{"type":"module"}',
      "data/a.csv": "1\n2\n",
      "data/b.csv": "3\n",
      "data/note.txt": "no table",
      "experiments/files.ts": `import { Schema } from "effect"
import { each, experiment, files, group, stage } from "refold"
export const rows = stage("rows", {
  params: Schema.Struct({}), inputs: { table: "csv" }, outputs: { sum: "value", parts: "folder:txt" },
  run: ({ inputs }) => {
    const numbers = inputs.table.trim().split("\\n")
    const parts = new Map(numbers.map((number, i) => [i + ".txt", new TextEncoder().encode(number)]))
    return { sum: numbers.reduce((sum, number) => sum + Number(number), 0), parts }
  },
})
export const double = stage("double", {
  params: Schema.Struct({}), inputs: { part: "txt" }, outputs: { doubled: "value" },
  run: ({ inputs }) => ({ doubled: 2 * Number(new TextDecoder().decode(inputs.part)) }),
})
export const all = stage("all", {
  params: Schema.Struct({}), inputs: { sums: group("value") }, outputs: { all: "value" },
  run: ({ inputs }) => ({ all: inputs.sums.map(({ item, content }) => [item, content]) }),
})
export default experiment("files", {}, () => {
  const tables = each("tables", files("data/*.csv"), (table) => {
    const { parts, sum } = rows({}, { table })
    const doubled = each("parts", parts, (part) => double({}, { part }))
    return { sum, doubled: all({}, { sums: doubled.doubled }, { of: "parts" }).all }
  })
  return {
    all: all({}, { sums: tables.sum }, { of: "tables" }).all,
    doubled: all({}, { sums: tables.doubled }, { of: "doubled" }).all,
  }
})`,
    })
    const labels = (run: Awaited<ReturnType<typeof lab.json>>, status: string) =>
      run
        .of("task-finished")
        .flatMap((each) => (each.status === status ? [each.task] : []))
        .sort()
    const values = (run: Awaited<ReturnType<typeof lab.json>>) => run.of("results")[0]!.values
    const first = await lab.json("--exp", "files")
    t.equal(first.code, 0)
    t.same(values(first), {
      all: [
        ["a.csv", 3],
        ["b.csv", 3],
      ],
      doubled: [
        [
          "a.csv",
          [
            ["0.txt", 2],
            ["1.txt", 4],
          ],
        ],
        ["b.csv", [["0.txt", 6]]],
      ],
    })
    lab.write({ "data/0.csv": "3\n" })
    const more = await lab.json("--exp", "files")
    t.same(
      labels(more, "ran"),
      ["all@of=doubled", "all@of=tables"],
      "another file with the same bytes is a hit; what takes the group in order is not",
    )
    t.same(values(more).all, [
      ["0.csv", 3],
      ["a.csv", 3],
      ["b.csv", 3],
    ])
    lab.write({ "data/a.csv": "1\n5\n" })
    t.same(labels(await lab.json("--exp", "files"), "ran"), [
      "all@of=doubled",
      "all@of=parts+tables=a.csv",
      "all@of=tables",
      "double@parts=1.txt+tables=a.csv",
      "rows@tables=a.csv",
    ])
    const planned = await lab.json("--exp", "files", "--plan")
    t.ok(planned.of("planned").every(({ status }) => status === "cached"))
  },
)
