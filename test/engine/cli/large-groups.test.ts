// in turn, in CI: it starts processes, of very many tasks.
// A group of very many items: what it costs beside the same tasks by hand, what an item more costs, and its lock line. 10,000 in
// `npm run test:long`.
import { rmSync, statSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { type Command, sample } from "../../../bench/engine/sample.ts"
import { repository } from "../../../engine/testing/command.ts"
import { project } from "../../../engine/testing/project.ts"
import { count } from "../../counts.ts"

const items = count(500, 10_000)

const stages = `import { Schema } from "effect"
import { many, stage } from "refold"
export const square = stage("square", {
  params: Schema.Struct({ n: Schema.Number }), inputs: {}, outputs: { squared: "value" }, inProcess: true,
  run: ({ params }) => ({ squared: params.n * params.n }),
})
export const sum = stage("sum", {
  params: Schema.Struct({}), inputs: { squares: many("value") }, outputs: { sum: "value" }, inProcess: true,
  run: ({ inputs }) => ({ sum: Object.values(inputs.squares).reduce((a: number, b) => a + (b as number), 0) }),
})
export const listed = stage("listed", {
  params: Schema.Struct({ items: Schema.Int, front: Schema.Array(Schema.Number) }), inputs: {}, outputs: { list: "value" },
  inProcess: true,
  run: ({ params }) => ({ list: [...params.front, ...Array.from({ length: params.items }, (_, n) => n)] }),
})
`

const lab = project(t, {
  "package.json": '{"type":"module"}',
  "stages/all.ts": stages,
  "experiments/hand.ts": `import { experiment } from "refold"
import { square, sum } from "../stages/all.ts"
export default experiment("hand", {}, () =>
  sum({}, { squares: Object.fromEntries(Array.from({ length: ${items} }, (_, n) => [n, square({ n }, {}, { n }).squared])) }))
`,
  "experiments/group.ts": `import { Schema } from "effect"
import { each, experiment } from "refold"
import { listed, square, sum } from "../stages/all.ts"
const front = Schema.Array(Schema.Number).annotations({ default: [] })
export default experiment("group", { front }, ({ front }) =>
  sum({}, { squares: each("squares", listed({ items: ${items}, front }).list, (n: number) => square({ n }).squared) }))
`,
})

const command = (...args: ReadonlyArray<string>): Command => ({
  program: process.execPath,
  args: [join(repository, "engine/build/launch.mjs"), ...args],
  cwd: lab.root,
})
/** Seconds of processors, or of the clock where nobody tells them. */
const taken = (...args: ReadonlyArray<string>): number => {
  const { cpu, seconds } = sample(command(...args))
  return cpu ?? seconds
}

t.test(`a group of ${items} items costs at most 1 ms a task more than its tasks by hand`, (t) => {
  taken("--version") // dist/ is built
  const ways = { hand: [] as Array<number>, group: [] as Array<number> }
  // By turns, as a machine may be slower for a while.
  for (let round = 0; round < count(2, 1); round++)
    for (const way of ["hand", "group"] as const) {
      rmSync(join(lab.root, "artifacts"), { recursive: true, force: true })
      ways[way].push(taken("--exp", way))
    }
  const [hand, group] = [Math.min(...ways.hand), Math.min(...ways.group)]
  const each = ((group - hand) / items) * 1000
  t.comment(
    `cold: ${hand.toFixed(2)} s by hand, ${group.toFixed(2)} s as a group: ${each.toFixed(2)} ms a task`,
  )
  t.ok(each <= 1, `${each} ms`)
  t.end()
})

t.test("by hand each of its tasks has run: the group is cached but for what takes it", async (t) => {
  rmSync(join(lab.root, "artifacts"), { recursive: true, force: true })
  t.match((await lab.json("--exp", "hand")).last, { ran: items + 1 })
  const group = await lab.json("--exp", "group")
  t.match(group.last, { ran: 1, cached: items + 1 }, "what takes it too: its items have the same names")
})

t.test("an item in front runs one task, and what takes the group; the plan names them before", async (t) => {
  const more = ["--exp", "group", "--set", "front=[-1]"]
  await lab.json("--exp", "group")
  const willRun = ["listed", "square@squares=-1", "sum"]
  // What is to give the list runs first: until it has, nobody knows of the item.
  const early = await lab.json(...more, "--plan")
  t.match(early.of("planned").find(({ task }) => task === "listed")?.status, "will-run")
  t.same((await lab.json(...more, "--to", "listed")).tasks, { listed: "ran" })
  const plan = await lab.json(...more, "--plan")
  const planned = plan.of("planned").filter(({ status }) => status !== "cached")
  t.same(
    planned.map(({ task, status }) => [task, status]),
    willRun.slice(1).map((task) => [task, "will-run"]),
  )
  const ran = await lab.json(...more)
  t.match(ran.last, { ran: 2, cached: items + 1 })
  t.same(
    ran.of("task-started").map(({ task }) => task),
    willRun.slice(1),
  )
})

t.test(
  "its lock is under 100 bytes an item, and is verified on a clone without data in seconds",
  async (t) => {
    t.equal((await lab.json("--exp", "group", "--update-lock")).code, 0)
    const lock = statSync(join(lab.root, "experiments/group.lock.json")).size
    const seconds = taken("verify", "--exp", "group", "--artifacts", "none")
    t.comment(`its lock has ${(lock / 1e3).toFixed(0)} kB; verified in ${seconds.toFixed(2)} s of processors`)
    t.ok(lock < 100 * items + 5000, `${lock} bytes`)
    t.ok(seconds < 3, `${seconds} s`)
    lab.write({ "stages/all.ts": stages.replace("params.n * params.n", "params.n ** 2") })
    const before = lab.read("experiments/group.lock.json").split("\n")
    t.equal((await lab.json("--exp", "group", "--update-lock")).code, 0)
    const after = lab.read("experiments/group.lock.json").split("\n")
    const rewritten = after.filter((line) => !before.includes(line))
    t.ok(rewritten.length <= 4, `an edit of code rewrites ${rewritten.length} lines`)
  },
)
