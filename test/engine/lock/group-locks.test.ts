// in turn, in CI: it starts processes.
// What a lock holds of groups: one line, broken at its items, a root of keys for each stage; renewed, held to, and verified without data.
import { rmSync } from "node:fs"
import { join } from "node:path"
import t, { type Test } from "tap"
import { parseLock } from "../../../engine/lock/lock-file.ts"
import { type Project, project } from "../../../engine/testing/project.ts"

const lockFile = "experiments/squares.lock.json"
const stageFile = (name: string, params: string, inputs: string, outputs: string, run: string): string => `
import * as Schema from "effect/Schema"
import { group, many, settled, stage } from "refold"
export const ${name} = stage("${name}", { params: Schema.Struct({ ${params} }), inputs: { ${inputs} }, outputs: { ${outputs} }, run: ${run} })
`
const square = (run = "({ params }) => ({ squared: params.number ** 2, digits: String(params.number) })") =>
  stageFile("square", "number: Schema.Number", "", 'squared: "value", digits: "text"', run)

const files = {
  "package.json": '{"type":"module"}',
  "stages/list.ts": stageFile(
    "list",
    "numbers: Schema.Array(Schema.Number)",
    "",
    'list: "value"',
    "({ params }) => ({ list: [...params.numbers] })",
  ),
  "stages/square.ts": square(),
  "stages/double.ts": stageFile(
    "double",
    "given: Schema.Number",
    "",
    'doubled: "value"',
    "({ params }) => ({ doubled: params.given * 2 })",
  ),
  "stages/range.ts": stageFile(
    "range",
    "to: Schema.Number",
    "",
    'upTo: "value"',
    "({ params }) => ({ upTo: Array.from({ length: params.to }, (_, i) => i) })",
  ),
  "stages/sum.ts": stageFile(
    "sum",
    "",
    'numbers: many("value")',
    'sum: "metrics"',
    "({ inputs }) => ({ sum: { sum: Object.values(inputs.numbers).reduce((a, b) => (a as number) + (b as number), 0) as number } })",
  ),
  "experiments/squares.ts": `
import * as Schema from "effect/Schema"
import { bound, each, experiment } from "refold"
import { double } from "../stages/double.ts"
import { list } from "../stages/list.ts"
import { range } from "../stages/range.ts"
import { square } from "../stages/square.ts"
import { sum } from "../stages/sum.ts"
export default experiment("squares", { numbers: Schema.Array(Schema.Number) }, ({ numbers }) => {
  const listed = list({ numbers }).list
  const squares = each("numbers", listed, (number: number) => square({ number }))
  const doubles = each("doubles", squares.squared, (squared) => double({ given: bound(squared as never) }).doubled)
  const nested = each("outer", listed, (number: number) => {
    const inner = each("inner", range({ to: number }).upTo, (i: number) => square({ number: i }).squared)
    return sum({}, { numbers: inner }).sum
  })
  return { sum: sum({}, { numbers: doubles }, { of: "all" }).sum, nested }
})
`,
}
const withDefault = (numbers: string): string =>
  files["experiments/squares.ts"].replace(
    "Schema.Array(Schema.Number) }",
    `Schema.Array(Schema.Number).annotations({ default: ${numbers} }) }`,
  )
const lab = (t: Test, from: Project | undefined = undefined): Project =>
  from === undefined
    ? project(t, { ...files, "experiments/squares.ts": withDefault("[3, 1]") })
    : project(t, from.root)
const clone = (t: Test, from: Project): Project => {
  const cloned = lab(t, from)
  rmSync(join(cloned.root, "artifacts"), { recursive: true })
  return cloned
}
const run = (project: Project, ...args: ReadonlyArray<string>) =>
  project.json("--exp", "squares", "--jobs", "2", ...args)
const verify = async (project: Project, ...args: ReadonlyArray<string>) => {
  const { code, stdout, stderr } = await project.plain("verify", "--exp", "squares", ...args, "--json")
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
  t.equal(stderr, "")
  return {
    code,
    found: events.flatMap(({ event, difference }) => (event === "difference" ? [difference] : [])),
    last: events.at(-1),
  }
}

const warm = lab(t)
const first = await run(warm, "--update-lock")
const locked = parseLock(warm.read(lockFile), lockFile)

t.test("a group is one line of the lock, and its tasks have none of their own", async (t) => {
  t.equal(first.code, 0)
  t.same(Object.keys(locked.tasks).sort(), ["list", "sum@of=all"])
  t.same(Object.keys(locked.groups).sort(), ["doubles", "numbers", "outer"])
  t.same(Object.keys(locked.groups.numbers!.items).sort(), ["1", "3"])
  t.same(locked.groups.numbers!.gives, { numbers: ["square digits", "square squared"] })
  t.same(Object.keys(locked.groups.outer!.keys).sort(), ["range", "square", "sum"])
  const outputs = first.of("task-finished").find(({ task }) => task === "square@numbers=3")!.outputs
  t.same(locked.groups.numbers!.items["3"]!.slice(0, 2), [outputs.digits, outputs.squared])
})

t.test("nothing changed: a run is all cached and writes the same lock", async (t) => {
  const again = lab(t, warm)
  const ran = await run(again, "--update-lock")
  t.same([...new Set(Object.values(ran.tasks))], ["cached"])
  t.match(ran.of("lock"), [{ status: "same", differences: 0 }])
  t.equal(again.read(lockFile), warm.read(lockFile))
  t.match((await run(again)).of("lock"), [{ status: "same" }])
  t.match((await run(again, "--locked")).of("lock"), [{ status: "same" }])
})

t.test(
  "a clone without data and store verifies from the recorded lists, in groups in groups too",
  async (t) => {
    const { code, found, last } = await verify(clone(t, warm))
    t.same(found, [])
    t.equal(code, 0)
    t.match(last, { level: "current", checked: Object.keys(first.tasks).length })
  },
)

t.test("an edit of code that changes no bit rewrites one line of each group that it reaches", async (t) => {
  const edited = lab(t, warm)
  edited.write({
    "stages/square.ts": square(
      "({ params }) => ({ squared: params.number * params.number, digits: String(params.number) })",
    ),
  })
  const before = await verify(edited)
  t.equal(before.code, 3)
  t.match(
    before.found.map(({ what, task, group }) => [what, task, group]),
    [
      ["key", "numbers", { stage: "square", tasks: 2 }],
      ["key", "outer", { stage: "square", tasks: 4 }],
    ],
  )
  t.match(before.found[0].why, [{ reason: "source", path: "stages/square.ts" }])
  t.match((await run(edited, "--update-lock")).of("lock"), [{ status: "written", differences: 0 }])
  const lines = (text: string) => text.split("\n")
  const old = new Set(lines(warm.read(lockFile)))
  const changed = lines(edited.read(lockFile)).filter((line) => !old.has(line))
  t.equal(changed.length, 3, "a root of numbers, one of outer, and the line of the stage")
  t.same((await verify(clone(t, edited))).found, [])
})

t.test("outputs that differ are named with their item, and no others", async (t) => {
  const edited = lab(t, warm)
  edited.write({
    "stages/square.ts": square(
      "({ params }) => ({ squared: params.number ** 2, digits: String(params.number) + (params.number === 3 ? '!' : '') })",
    ),
  })
  const ran = await run(edited)
  t.match(ran.of("lock"), [{ status: "differs", differences: 1 }])
  const renewed = await run(edited, "--update-lock")
  t.match(renewed.of("lock"), [{ status: "written", differences: 1 }])
})

t.test(
  "an item in front adds a line; what a lock says of an item is compared with the bits of that item",
  async (t) => {
    const edited = lab(t, warm)
    edited.write({ "experiments/squares.ts": withDefault("[2, 3, 1]") })
    t.equal((await run(edited, "--update-lock")).code, 0)
    const now = parseLock(edited.read(lockFile), lockFile)
    const { "2": added, ...others } = now.groups.numbers!.items
    t.ok(added)
    t.same(others, locked.groups.numbers!.items)
    t.same((await verify(clone(t, edited))).found, [])
  },
)

t.test("what was edited in a group's line is found, and named with its item", async (t) => {
  const edited = lab(t, warm)
  const other = "0".repeat(64)
  const [digits] = locked.groups.numbers!.items["3"]!
  edited.write({ [lockFile]: warm.read(lockFile).replace(digits as string, other) })
  const again = await verify(edited, "--recompute", "all")
  t.equal(again.code, 3)
  t.match(
    again.found.filter(({ what }) => what === "output"),
    [{ task: "square@numbers=3", output: "digits", locked: other, found: digits }],
  )
})

t.test("members count and are drawn for --recompute, also by their label, with an empty store", async (t) => {
  const { code, last } = await verify(clone(t, warm), "--recompute", "all")
  t.equal(code, 0)
  t.match(last, { level: "reproduced", recomputed: Object.keys(first.tasks).length })
  const one = await verify(clone(t, warm), "--recompute", "square@inner=1+outer=3")
  t.match(one, { code: 0, found: [], last: { level: "reproduced" } })
})
