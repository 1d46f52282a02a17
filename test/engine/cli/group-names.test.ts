// in turn, in CI: it starts processes.
// Tasks of groups by their names: --to, --force, why; known once what gives their list has run.
import t from "tap"
import { project } from "../../../engine/testing/project.ts"

const lab = project(t, {
  "package.json": '{"type":"module"}',
  "experiments/squares.ts": `import { Schema } from "effect"
import { each, experiment, many, stage } from "refold"
export const listing = stage("listing", {
  params: Schema.Struct({ numbers: Schema.Array(Schema.Number) }), inputs: {}, outputs: { list: "value" },
  run: ({ params }) => ({ list: [...params.numbers] }),
})
export const square = stage("square", {
  params: Schema.Struct({ number: Schema.Number }), inputs: {}, outputs: { squared: "value" },
  run: ({ params }) => ({ squared: params.number ** 2 }),
})
export const sum = stage("sum", {
  params: Schema.Struct({}), inputs: { all: many("value") }, outputs: { sum: "value" },
  run: ({ inputs }) => ({ sum: Object.values(inputs.all).reduce((a, b) => a + b, 0) }),
})
const numbers = Schema.Array(Schema.Number).annotations({ default: [3, 1] })
export default experiment("squares", { numbers }, ({ numbers }) =>
  sum({}, { all: each("numbers", listing({ numbers }).list, (number) => square({ number }).squared) }).sum,
)`,
})
const ran = (tasks: Readonly<Record<string, string>>) =>
  Object.entries(tasks)
    .filter(([, status]) => status === "ran")
    .map(([label]) => label)
    .sort()

t.test(
  "a task of a group is known by its label once the list is, and refused with the remedy before",
  async (t) => {
    const early = await lab.plain("--exp", "squares", "--to", "square@numbers=3")
    t.equal(early.code, 2)
    t.match(early.stderr, /group numbers are known once listing has run \(--exp squares --to listing\)/)
    t.same(ran((await lab.json("--exp", "squares", "--to", "listing")).tasks), ["listing"])
    t.same(ran((await lab.json("--exp", "squares", "--to", "square@numbers=3")).tasks), ["square@numbers=3"])
    const wrong = await lab.plain("--exp", "squares", "--to", "square@numbers=2")
    t.match(wrong, { code: 2, stderr: /no task or stage "square@numbers=2".*did you mean/s })
    t.same(ran((await lab.json("--exp", "squares", "--to", "numbers")).tasks), ["square@numbers=1"])
  },
)

t.test("--force takes a stage in a body, a task of a group and the group", async (t) => {
  await lab.json("--exp", "squares")
  const forced = async (name: string) => ran((await lab.json("--exp", "squares", "--force", name)).tasks)
  t.same(await forced("square@numbers=1"), ["square@numbers=1"])
  t.same(await forced("numbers"), ["square@numbers=1", "square@numbers=3"])
  t.same(await forced("square"), ["square@numbers=1", "square@numbers=3"])
  t.match(await lab.plain("--exp", "squares", "--force", "square@numbers=7"), {
    code: 2,
    stderr: /no such stage, task or group/,
  })
})

t.test("why answers for a task of a group, for all of the group, and for a stage in its body", async (t) => {
  const why = async (name: string) => {
    const { code, stdout } = await lab.plain("why", name, "--exp", "squares", "--json")
    return [
      code,
      ...stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).task),
    ]
  }
  t.same(await why("square@numbers=3"), [0, "square@numbers=3"])
  t.same(await why("numbers"), [0, "square@numbers=3", "square@numbers=1"])
  t.same(await why("square"), [0, "square@numbers=3", "square@numbers=1"])
  t.match(await lab.plain("why", "square@numbers=9", "--exp", "squares"), {
    code: 2,
    stderr: /no task or stage/,
  })
})
