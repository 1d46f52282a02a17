// in turn, in CI: it starts processes.
// What an option's value may be called: like a command; and of a name that a stage and a group share, which of the two is meant.
import t from "tap"
import { project } from "../../../engine/testing/project.ts"

const lab = project(t, {
  "package.json": '{"type":"module"}',
  "experiments/show.ts": `import { Schema } from "effect"
import { each, experiment, stage } from "refold"
export const list = stage("list", {
  params: Schema.Struct({}), inputs: {}, outputs: { items: "value" }, run: () => ({ items: ["a", "b"] }),
})
const text = { params: Schema.Struct({ text: Schema.String }), inputs: {}, outputs: { length: "value" } } as const
export const count = stage("count", { ...text, run: ({ params }) => ({ length: params.text.length }) })
export const twice = stage("twice", { ...text, run: ({ params }) => ({ length: 2 * params.text.length }) })
export default experiment("show", {}, () => {
  const { items } = list({})
  return {
    alone: count({ text: "alone" }, {}, { of: "alone" }),
    count: each("count", items, (text: string) => ({ once: count({ text }).length, twice: twice({ text }).length })),
    twice: each("twice", items, (text: string) => twice({ text: text + text }).length),
  }
})
`,
})
const done = (tasks: Readonly<Record<string, string>>, status: string) =>
  Object.entries(tasks)
    .filter(([, found]) => found === status)
    .map(([label]) => label)
    .sort()

t.test("what an option is given may be called like a command", async (t) => {
  const ran = await lab.json("--exp", "show", "--artifacts", "list", "--to", "list")
  t.same([ran.code, ran.tasks], [0, { list: "ran" }])
  const again = await lab.json("--to", "list", "--force", "list", "--exp", "show", "--artifacts", "list")
  t.same([again.code, again.tasks], [0, { list: "ran" }])
  const shown = await lab.plain("show", "--exp", "show", "--artifacts", "list", "--json")
  t.match(JSON.parse(shown.stdout), { experiment: "show" })
  t.match(await lab.plain("--exp", "show", "list"), { code: 2, stderr: /"list" belongs to no option/ })
  t.match(await lab.plain("list", "--help"), { code: 0, stdout: /Lists the experiments/ })
})

t.test("a stage and a group of one name are told apart, where they have other tasks", async (t) => {
  t.equal((await lab.json("--exp", "show")).code, 0)
  const unclear = { code: 2, stderr: /"count" is a stage and a group.*stage:count or group:count/ }
  t.match(await lab.plain("--exp", "show", "--to", "count"), unclear)
  t.match(await lab.plain("--exp", "show", "--force", "count"), unclear)
  t.match(await lab.plain("why", "count", "--exp", "show"), unclear)
  const forced = async (name: string) => done((await lab.json("--exp", "show", "--force", name)).tasks, "ran")
  t.same(await forced("stage:count"), ["count@count=a", "count@count=b", "count@of=alone"])
  t.same(await forced("group:count"), ["count@count=a", "count@count=b", "twice@count=a", "twice@count=b"])
  const to = async (name: string) => done((await lab.json("--exp", "show", "--to", name)).tasks, "cached")
  t.same(await to("stage:count"), ["count@count=a", "count@count=b", "count@of=alone"])
  t.match((await lab.plain("why", "group:count", "--exp", "show")).stdout, /twice@count=a/)
})
