// in turn: it starts processes.
// Locks of groups that are made over files: those of local folders, and those that tasks of another group give.
import { rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { parseLock } from "../../../engine/lock/lock-file.ts"
import { project } from "../../../engine/testing/project.ts"

const lockFile = "experiments/files.lock.json"
const warm = project(t, {
  "package.json": '{"type":"module"}',
  "data/a.csv": "1\n2\n",
  "data/b.csv": "3\n",
  "experiments/files.ts": `import { Schema } from "effect"
import { each, experiment, files, many, stage } from "refold"
export const rows = stage("rows", {
  params: Schema.Struct({}), inputs: { table: "csv" }, outputs: { parts: "folder:txt" },
  run: ({ inputs }) => {
    const numbers = inputs.table.trim().split("\\n")
    return { parts: new Map(numbers.map((number, i) => [i + ".txt", new TextEncoder().encode(number)])) }
  },
})
export const double = stage("double", {
  params: Schema.Struct({}), inputs: { part: "txt" }, outputs: { doubled: "value" },
  run: ({ inputs }) => ({ doubled: 2 * Number(new TextDecoder().decode(inputs.part)) }),
})
export const sum = stage("sum", {
  params: Schema.Struct({}), inputs: { parts: many("value") }, outputs: { sum: "value" },
  run: ({ inputs }) => ({ sum: Object.values(inputs.parts).reduce((a: number, b) => a + (b as number), 0) }),
})
export default experiment("files", {}, () =>
  each("tables", files("data/*.csv"), (table) =>
    sum({}, { parts: each("parts", rows({}, { table }).parts, (part) => double({}, { part }).doubled) }).sum,
  ),
)`,
})

const verified = async (lab: typeof warm, ...args: ReadonlyArray<string>) => {
  const { code, stdout } = await lab.plain("verify", "--exp", "files", ...args, "--json")
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
  return { code, found: events.flatMap(({ difference }) => difference ?? []), last: events.at(-1) }
}

t.test(
  "the files of folders are recorded: a clone without a store verifies, and computes all again",
  async (t) => {
    const ran = await warm.json("--exp", "files", "--update-lock")
    t.equal(ran.code, 0)
    const { tables } = parseLock(warm.read(lockFile), lockFile).groups
    t.same(tables!.gives, { tables: ["rows parts", "sum sum"], "tables/parts": ["double doubled"] })
    const again = await warm.json("--exp", "files", "--update-lock")
    t.match(again.of("lock"), [{ status: "same" }])
    const clone = project(t, warm.root)
    rmSync(join(clone.root, "artifacts"), { recursive: true })
    t.match(await verified(clone), { code: 0, found: [], last: { checked: 7 } })
    const whole = await verified(clone, "--recompute", "all")
    t.match(whole, { code: 0, found: [], last: { level: "reproduced", recomputed: 7 } })
    const one = await verified(clone, "--recompute", "double@parts=1.txt+tables=a.csv")
    t.match(one, { code: 0, found: [], last: { level: "reproduced" } })
  },
)

t.test("another file is a difference by name, as is one that the lock does not have", async (t) => {
  const edited = project(t, warm.root)
  edited.write({ "data/c.csv": "5\n" })
  const { code, found } = await verified(edited)
  t.equal(code, 3)
  t.match(found, [
    { what: "file" },
    { what: "not-locked", task: "rows@tables=c.csv" },
    { what: "not-locked", task: "sum@tables=c.csv" },
  ])
})
