// Edits of lists that only a task gives, of folders, conditions, seeds and results of other experiments; and of how tasks are run.
// They are written in Refold's terms alone: elsewhere the graph is fixed before anything runs, or is no one's to look at afterwards.
import { join } from "node:path"
import { repository } from "../../../engine/testing/command.ts"
import { execute } from "../command.ts"
import { all, replace, write } from "../steps.ts"
import type { Edit, Step } from "../tool.ts"

const absent = {
  python: "the project is not written with lists that a task gives",
  javascript: "no task can give the list of others",
}

const head = `import { Schema } from "effect"\nimport { each, experiment, file, files, group, locked, many, repeat, stage } from "refold"\n`

const source = "stages/parts.ts"
const names = "data/names.txt"

/** A list of names, a task for each, and what takes them all: by name, and in the order of the list. */
const parts = `${head}
export const list = stage("list", {
  params: Schema.Struct({}),
  inputs: { text: "text" },
  outputs: { names: "value" },
  run: ({ inputs: { text } }) => ({ names: text.trim().split("\\n") }),
})
export const weigh = stage("weigh", {
  params: Schema.Struct({ name: Schema.String }),
  inputs: {},
  outputs: { weight: "value" },
  run: ({ params: { name } }) => ({ weight: name.length * 2 }),
})
export const read = stage("read", {
  params: Schema.Struct({}),
  inputs: { part: "csv" },
  outputs: { size: "value" },
  run: ({ inputs: { part } }) => ({ size: part.length }),
})
export const total = stage("total", {
  params: Schema.Struct({}),
  inputs: { weights: many("value") },
  outputs: { total: "value", of: "metrics" },
  run: ({ inputs: { weights } }) => ({
    total: Object.values(weights).reduce((sum: number, weight) => sum + (weight as number), 0),
    of: { count: Object.keys(weights).length },
  }),
})
export const ranked = stage("ranked", {
  params: Schema.Struct({}),
  inputs: { weights: group("value") },
  outputs: { text: "text" },
  run: ({ inputs: { weights } }) => ({ text: weights.map(({ name, content }) => name + " " + content).join("\\n") }),
})
`

const experiment = (body: string, about = ""): string => `${head}
import { list, ranked, read, total, weigh } from "../${source}"
export default experiment("lab", {}, () => {
${body}
}${about})
`

const grouped = `  const { names } = list({}, { text: file("${names}", "text") })
  const { weight } = each("names", names, (name: string) => weigh({ name }))
  return { total: total({}, { weights: weight }), ranked: ranked({}, { weights: weight }) }`

const lab = (body: string, about = ""): Step =>
  all(write(source, parts), write("experiments/lab.ts", experiment(body, about)))

const listed = all(write(names, "ada\nbob\ncyd\n"), lab(grouped))
const others = ["weigh@names=ada", "weigh@names=bob", "weigh@names=cyd"]

const folder = all(
  write("data/parts/one.csv", "1\n"),
  write("data/parts/two.csv", "22\n"),
  write("data/parts/three.csv", "333\n"),
  lab(`  const { size } = each("files", files("data/parts/*.csv"), (part: any) => read({}, { part }))
  return { total: total({}, { weights: size }) }`),
)

const seeds = (many: number): Step =>
  lab(`  const fits = repeat(${many}, (seed) => weigh({ name: "seed " + seed }))
  return { total: total({}, { weights: fits.by(({ weight }) => weight) }) }`)

/** Another experiment, with a lock file of its own, which it renews. */
const renewed: Step = (lab) => {
  const { code, said } = execute(lab, {
    program: process.execPath,
    args: [join(repository, "engine/build/launch.mjs"), "--exp", "other", "--update-lock"],
  })
  if (code !== 0) throw new Error(said)
}
const other = (name: string): string => `${head}
import { weigh } from "../${source}"
export default experiment("other", {}, () => ({ one: weigh({ name: "${name}" }).weight }))
`
const pinned = all(
  lab(`  return { total: total({}, { weights: { one: locked("other", "one") as any } }) }`),
  write("experiments/other.ts", other("first")),
  renewed,
)

const configured = `import { defineConfig } from "refold"
export default defineConfig({
  keep: "5GB",
  limits: { memory: "8GB", some: { stages: ["weigh"], atOnce: 1, perMinute: 1000 } },
  policy: { weigh: { timeout: 60, retries: 1, resources: { cores: 1, memory: "1GB" }, mutex: "scale" } },
})
`

export const groupEdits: ReadonlyArray<Edit> = [
  {
    name: "a list: an item in front",
    must: ["list", "weigh@names=zoe", "total", "ranked"],
    why: "one task more, and what takes them all",
    before: listed,
    steps: replace(names, "ada", "zoe\nada"),
    absent,
  },
  {
    name: "a list: an item changed",
    must: ["list", "weigh@names=bea", "total", "ranked"],
    why: "that item's task, and what takes them all: the items have names",
    before: listed,
    steps: replace(names, "bob", "bea"),
    absent,
  },
  {
    name: "a list: an item removed",
    must: ["list", "total", "ranked"],
    why: "the tasks of the others are what they were",
    before: listed,
    steps: replace(names, "bob\n", ""),
    absent,
  },
  {
    name: "a list: another order",
    must: ["list", "ranked"],
    why: "the order reaches only what takes it",
    before: listed,
    steps: replace(names, "ada\nbob", "bob\nada"),
    absent,
  },
  {
    name: "a list: the same from other bytes",
    must: ["list"],
    why: "what follows gets the same list",
    before: listed,
    steps: replace(names, "cyd\n", "cyd\n\n"),
    absent,
  },
  {
    name: "a list: the code of a body's stage",
    must: [...others, "total", "ranked"],
    why: "each item's task runs it",
    before: listed,
    steps: replace(source, "name.length * 2", "name.length * 3"),
    absent,
  },
  {
    name: "a list: a comment in a body",
    why: "what the body wires is what it was",
    before: listed,
    steps: replace("experiments/lab.ts", "weigh({ name })", "/* each */ weigh({ name })"),
    absent,
  },
  {
    name: "a folder: one file of three",
    must: ["read@files=two.csv", "total"],
    why: "the other files' tasks take what they took",
    before: folder,
    steps: replace("data/parts/two.csv", "22", "4444"),
    absent,
  },
  {
    name: "a folder: a file more",
    must: ["read@files=four.csv", "total"],
    why: "the other files' tasks take what they took",
    before: folder,
    steps: write("data/parts/four.csv", "55555\n"),
    absent,
  },
  {
    name: "one seed more",
    must: ["weigh@seed=4", "total"],
    why: "the other seeds' tasks are what they were",
    before: seeds(3),
    steps: seeds(4),
    absent,
  },
  {
    name: "an experiment that another's result comes from",
    why: "what is taken is what its lock file pins, and that is what it was",
    before: pinned,
    steps: write("experiments/other.ts", other("second one")),
    absent,
  },
  {
    name: "a lock file that another's result comes from",
    must: ["total"],
    why: "it pins another result",
    before: pinned,
    steps: all(write("experiments/other.ts", other("second one")), renewed),
    absent,
  },
  {
    name: "resources, limits and a mutex",
    why: "no result depends on when and where a task runs",
    before: listed,
    steps: write("refold.config.ts", configured),
    absent,
  },
  {
    name: "a gate",
    why: "it judges what came out",
    before: listed,
    steps: replace("experiments/lab.ts", /\}\)\n$/, `}, { gates: { "total.of.count": { min: 0 } } })\n`),
    absent,
  },
]
