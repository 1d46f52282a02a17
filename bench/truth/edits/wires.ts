// Edits of what stages there are, of what is wired into which, and of params.

import { source } from "../python.ts"
import { all, by, edit, param, replace, reversed, rewire, rewireStage, write } from "../steps.ts"
import type { Edit, Step } from "../tool.ts"
import type { StageSpec } from "../wiring.ts"

const scoreAndAfter = ["score", "summary", "page"]

/** A stage that counts words, and its module. */
const counting: StageSpec = {
  name: "count",
  roles: ["words"],
  inputs: { words: "out/words.json" },
  outputs: ["out/count.json"],
  params: {},
  code: [],
}

const countPython: Step = (lab) => {
  const function_ = "def count(words):\n"
  const texts: Readonly<Record<string, string>> = {
    Snakemake: `from lab import job\n\n\n${function_}    return len(words)\n\n\njob(count, snakemake)\n`,
    redun: `from lab import ran\nfrom redun import task\n\nredun_namespace = "lab"\n\n\n@task()\n${function_}    ran("count")\n    return len(words)\n`,
  }
  const command = `from lab import command\n\n\n${function_}    return len(words)\n\n\nif __name__ == "__main__":\n    command(count)\n`
  write(source("count"), texts[lab.tool.name] ?? command)(lab)
}

const newTask: Step = all(
  by({
    python: countPython,
    javascript: write(
      "steps/count.js",
      `const { command } = require("./lab.js")\n\ncommand({ count: ({ words }) => words.length })\n`,
    ),
    typescript: write(
      "stages/count.ts",
      `import { Schema } from "effect"
import { stage } from "refold"

export const count = stage("count", {
  params: Schema.Struct({}),
  inputs: { words: "value" },
  outputs: { count: "value" },
  run: ({ inputs: { words } }) => ({ count: (words as Array<string>).length }),
})
`,
    ),
  }),
  rewire((stages) => [...stages, counting]),
)

const addedParam: Step = by({
  python: all(
    edit("score", "share=0.5", "share=0.5, bonus=0"),
    edit("score", "seed % 7", "seed % 7 + bonus"),
  ),
  javascript: all(
    edit("score", "share = 0.5", "share = 0.5, bonus = 0"),
    edit("score", "(seed % 7)", "(seed % 7) + bonus"),
  ),
  typescript: all(
    edit(
      "score",
      "share: Schema.Number",
      "share: Schema.Number, bonus: Schema.optionalWith(Schema.Number, { default: () => 0 })",
    ),
    edit("score", "weight, share }", "weight, share, bonus }"),
    edit("score", "(seed % 7)", "(seed % 7) + bonus"),
  ),
})

export const wireEdits: ReadonlyArray<Edit> = [
  {
    name: "a param used by one stage",
    must: ["summary", "page"],
    why: "only the summary rounds by it",
    steps: param("summary", "digits", 1),
  },
  { name: "the seed", must: scoreAndAfter, why: "a score has it in it", steps: param("score", "seed", 2) },
  {
    name: "a default param",
    must: scoreAndAfter,
    why: "nobody gives `share` another value than its default",
    steps: by({
      python: edit("score", "share=0.5", "share=0.6"),
      javascript: edit("score", "share = 0.5", "share = 0.6"),
      typescript: replace("experiments/lab.ts", "default: 0.5", "default: 0.6"),
    }),
  },
  {
    name: "a param added with a default",
    may: ["score"],
    why: "that its default changes nothing is seen only by computing; what follows gets the same bytes",
    steps: addedParam,
  },
  {
    name: "swapped inputs",
    must: ["summary", "page"],
    why: "the best are taken for the rest",
    steps: rewireStage("summary", (stage) => ({
      ...stage,
      inputs: { high: stage.inputs.low!, low: stage.inputs.high! },
    })),
  },
  {
    name: "the order of names",
    why: "params and inputs go by their names",
    steps: rewire((stages) =>
      stages.map((stage) => ({ ...stage, inputs: reversed(stage.inputs), params: reversed(stage.params) })),
    ),
  },
  {
    name: "a stage renamed",
    why: "no result has the name of its stage",
    steps: rewireStage("summary", (stage) => ({ ...stage, label: "overview" })),
  },
  {
    name: "a new task downstream",
    must: ["count"],
    why: "nothing else takes what it gives",
    steps: newTask,
  },
  {
    name: "a stage removed",
    why: "what is left has what it had",
    steps: rewire((stages) => stages.filter(({ name }) => name !== "page")),
  },
  {
    name: "a time limit",
    why: "it says how long one waits, not what comes out",
    steps: rewireStage("score", (stage) => ({ ...stage, timeout: 61 })),
  },
  {
    name: "retries",
    why: "they say how often one tries, not what comes out",
    steps: rewireStage("score", (stage) => ({ ...stage, retries: 2 })),
  },
]
