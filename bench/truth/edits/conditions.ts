// Edits of values that decide what is needed, and of lists of which some items fail. They are written in Refold's terms alone.
import { all, replace, write } from "../steps.ts"
import type { Edit, Step } from "../tool.ts"

const absent = {
  python: "the project is not written with branches that a value chooses, nor with lists that a task gives",
  javascript: "no task can choose which others are needed",
}

const head = `import { Schema } from "effect"\nimport { each, experiment, file, match, optional, settled, stage, when } from "refold"\n`
const source = "stages/choices.ts"
const method = "data/method.txt"
const names = "data/names.txt"

/** A method that a text names, with a number; two ways to fit; a report of one of them, if there is one; and work that fails on an x. */
const stages = `${head}
export const choose = stage("choose", {
  params: Schema.Struct({}),
  inputs: { text: "text" },
  outputs: { choice: "value" },
  run: ({ inputs: { text } }) => ({ choice: { method: text.split(" ")[0]!, size: Number(text.split(" ")[1]) } }),
})
export const forest = stage("forest", {
  params: Schema.Struct({}),
  inputs: { text: "text" },
  outputs: { model: "value" },
  run: ({ inputs: { text } }) => ({ model: { trees: text.length * 2 } }),
})
export const linear = stage("linear", {
  params: Schema.Struct({}),
  inputs: { text: "text" },
  outputs: { model: "value" },
  run: ({ inputs: { text } }) => ({ model: { slope: text.length + 1 } }),
})
export const judge = stage("judge", {
  params: Schema.Struct({}),
  inputs: { model: "value" },
  outputs: { text: "text" },
  run: ({ inputs: { model } }) => ({ text: JSON.stringify(model) }),
})
export const report = stage("report", {
  params: Schema.Struct({}),
  inputs: { model: optional("value") },
  outputs: { text: "text" },
  run: ({ inputs: { model } }) => ({ text: model === undefined ? "no forest" : JSON.stringify(model) }),
})
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
  run: ({ params: { name } }) => {
    if (name.startsWith("x")) throw new Error("it has no weight")
    return { weight: name.length * 2 }
  },
})
export const rest = stage("rest", {
  params: Schema.Struct({}),
  inputs: { weights: settled("value") },
  outputs: { text: "text" },
  run: ({ inputs: { weights } }) => ({ text: weights.succeeded.map(({ name }) => name) + " but " + weights.failed }),
})
`

const lab = (body: string): Step =>
  all(
    write(source, stages),
    write("data/table.txt", "some rows\n"),
    write(
      "experiments/lab.ts",
      `${head}
import { choose, forest, judge, linear, list, report, rest, weigh } from "../${source}"
export default experiment("lab", {}, () => {
${body}
})
`,
    ),
  )

const matched = all(
  write(method, "forest 3"),
  lab(`  const text = file("data/table.txt", "text")
  const { choice } = choose({}, { text: file("${method}", "text") })
  const { model } = match(choice, ["method"], { forest: () => forest({}, { text }), linear: () => linear({}, { text }) })
  return judge({}, { model })`),
)

const optionally = all(
  write(method, "forest 3"),
  lab(`  const text = file("data/table.txt", "text")
  const { choice } = choose({}, { text: file("${method}", "text") })
  const { model } = when(choice, ["method"], "forest", () => forest({}, { text }))
  return report({}, { model })`),
)

const settling = (given: string): Step =>
  all(
    write(names, given),
    lab(`  const { names } = list({}, { text: file("${names}", "text") })
  return rest({}, { weights: each("names", names, (name: string) => weigh({ name }).weight) })`),
  )

export const conditionEdits: ReadonlyArray<Edit> = [
  {
    name: "a match: the value names another branch",
    must: ["choose", "linear", "judge"],
    why: "that branch was never needed, and what takes the match takes it now",
    before: matched,
    steps: replace(method, "forest", "linear"),
    absent,
  },
  {
    name: "a match: another value that names the same branch",
    must: ["choose"],
    why: "what the branch takes and gives is what it was",
    before: matched,
    steps: replace(method, "3", "4"),
    absent,
  },
  {
    name: "a match: the code of the branch that is taken",
    must: ["forest", "judge"],
    why: "it runs that code",
    before: matched,
    steps: replace(source, "text.length * 2", "text.length * 3"),
    absent,
  },
  {
    name: "a match: the code of the other branch",
    why: "nothing needs it",
    before: matched,
    steps: replace(source, "text.length + 1", "text.length + 2"),
    absent,
  },
  {
    name: "a when: the value decides against it",
    must: ["choose", "report"],
    why: "what may take it takes none",
    before: optionally,
    steps: replace(method, "forest", "linear"),
    absent,
  },
  {
    name: "a when: data of what was decided against",
    why: "nothing needs what reads it",
    before: all(optionally, write(method, "linear 3")),
    steps: write("data/table.txt", "other rows\n"),
    absent,
  },
  {
    name: "a settled list: an item more, that fails",
    must: ["list", "rest"],
    why: "what takes the rest is told which failed; the others are what they were",
    before: settling("ada\nbob\n"),
    steps: replace(names, "ada", "xeno\nada"),
    isPartial: true,
    absent,
  },
  {
    name: "a settled list: an item in place of one that fails",
    must: ["list", "weigh@names=zoe", "rest"],
    why: "that item's task, and what takes them all",
    before: settling("xeno\nada\nbob\n"),
    steps: replace(names, "xeno", "zoe"),
    isPartial: true,
    absent,
  },
  {
    name: "a settled list: the same item fails again",
    why: "what takes the rest is told what it was told",
    before: settling("xeno\nada\nbob\n"),
    isPartial: true,
    absent,
  },
]
