// in turn, in CI: it starts processes.
// Conditions in the bodies of groups: what no item's value chose is nowhere, and all commands take the rest like any tasks.
import { rmSync } from "node:fs"
import { join } from "node:path"
import t from "tap"
import { parseLock } from "../../../engine/lock/lock-file.ts"
import { project } from "../../../engine/testing/project.ts"

const lockFile = "experiments/trees.lock.json"
const module = (model: string, method = '(name === "fir" ? "tree" : "line")') => ({
  "package.json": '{"type":"module"}',
  "experiments/trees.ts": `import { Schema } from "effect"
import { each, experiment, many, match, optional, stage, when } from "refold"
export const list = stage("list", {
  params: Schema.Struct({}), inputs: {}, outputs: { names: "value" }, run: () => ({ names: ["ash", "fir", "oak"] }),
})
export const choose = stage("choose", {
  params: Schema.Struct({ name: Schema.String }), inputs: {}, outputs: { choice: "value" },
  run: ({ params: { name } }) => ({ choice: { name, method: ${method} } }),
})
export const fit = stage("fit", {
  params: Schema.Struct({ by: Schema.String }), inputs: { choice: "value" }, outputs: { model: "value" },
  run: ({ params }) => ({ model: ${model} }),
})
export const report = stage("report", {
  params: Schema.Struct({}), inputs: { model: "value", tree: optional("value") }, outputs: { text: "value" },
  run: ({ inputs }) => ({ text: [inputs.model, inputs.tree ?? "none"] }),
})
export const all = stage("all", {
  params: Schema.Struct({}), inputs: { texts: many("value") }, outputs: { texts: "value" },
  run: ({ inputs }) => ({ texts: inputs.texts }),
})
export default experiment("trees", {}, () => {
  const texts = each("names", list({}).names, (name: string) => {
    const { choice } = choose({ name })
    const by = (by: string) => () => fit({ by }, { choice }, { by }).model
    const tree = when(choice, ["method"], "tree", by("forest"))
    return report({}, { model: match(choice, ["method"], { tree: by("tree"), line: by("line") }), tree }).text
  })
  return { all: all({}, { texts }).texts }
})
`,
})
const unneeded = ["ash+by=forest", "ash+by=tree", "fir+by=line", "oak+by=forest", "oak+by=tree"]
const lab = project(t, module('params.by + "s"'))
const done = (tasks: Readonly<Record<string, string>>, status: string) =>
  Object.entries(tasks)
    .filter(([, found]) => found === status)
    .map(([label]) => label)
    .sort()

t.test("a group's line has nothing of what values decide against, and a clone verifies it", async (t) => {
  const ran = await lab.json("--exp", "trees", "--update-lock")
  t.same(
    done(ran.tasks, "not-needed"),
    unneeded.map((name) => `fit@${name.replace(/^(\w+)\+(.*)$/, "$2+names=$1")}`).sort(),
  )
  const { items, gives } = parseLock(lab.read(lockFile), lockFile).groups.names!
  const absent = (item: string) => gives.names!.filter((_, i) => items[item]![i] === "")
  t.same(absent("ash"), ["fit@by=forest model", "fit@by=tree model"])
  t.same(absent("fir"), ["fit@by=line model"])
  t.equal((await lab.json("--exp", "trees", "--locked")).code, 0)
  const clone = project(t, lab.root)
  rmSync(join(clone.root, "artifacts"), { recursive: true })
  const last = JSON.parse(
    (await clone.plain("verify", "--exp", "trees", "--recompute", "all", "--json")).stdout
      .trim()
      .split("\n")
      .at(-1)!,
  )
  t.match(last, { differences: 0, checked: 12, recomputed: 12, level: "reproduced" })
  clone.write({ [lockFile]: clone.read(lockFile).replaceAll('"method":"tree"', '"method":"line"') })
  t.equal(
    (await clone.plain("verify", "--exp", "trees")).code,
    3,
    "the value that decides is what its digest says",
  )
})

t.test("--force runs what is needed, --to what is named, why and logs say which value decided", async (t) => {
  t.same(done((await lab.json("--exp", "trees", "--force", "fit")).tasks, "ran"), [
    ...["fit@by=forest+names=fir", "fit@by=line+names=ash", "fit@by=line+names=oak", "fit@by=tree+names=fir"],
  ])
  const why = /not needed, as\n {2}choose@names=ash gave choice\.method "line"/
  t.match((await lab.plain("why", "fit@by=tree+names=ash", "--exp", "trees")).stdout, why)
  t.match(
    (await lab.plain("logs", "fit@by=tree+names=ash")).stdout,
    /^not needed in run .*choose@names=ash gave/,
  )
  t.match((await lab.json("--exp", "trees", "--to", "fit@by=tree+names=ash")).tasks, {
    "fit@by=tree+names=ash": "ran",
  })
})

t.test(
  "adopt takes over what is needed, and a changed value runs what it decides: what is as of another item is cached",
  async (t) => {
    const moved = project(t, lab.root)
    moved.write(module('params.by.concat("s")'))
    const adopted = await moved.plain("adopt", "fit", "--exp", "trees", "--sample", "2", "--seed", "1")
    t.equal(adopted.code, 0, adopted.stdout + adopted.stderr)
    const ran = await moved.json("--exp", "trees", "--locked")
    t.same([ran.code, done(ran.tasks, "ran")], [0, []])
    moved.write(module('params.by.concat("s")', '(name === "ash" || name === "fir" ? "tree" : "line")'))
    t.same(done((await moved.json("--exp", "trees")).tasks, "ran"), [
      ...["all", "choose@names=ash", "choose@names=fir", "choose@names=oak"],
      ...["fit@by=forest+names=ash", "fit@by=tree+names=ash"],
    ])
  },
)
