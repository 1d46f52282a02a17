// The project for Refold, with this checkout linked into it as `npm link` would. What ran it says itself, in its events.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { repository } from "../../engine/testing/command.ts"
import { execute } from "./command.ts"
import { packages } from "./node.ts"
import { all, edit, param, replace } from "./steps.ts"
import type { Lab, Ran, Step, Tool } from "./tool.ts"
import { data, maker, moduleOf, type StageSpec } from "./wiring.ts"

const lib = "../lib"
const helpers: Readonly<Record<string, string>> = {
  model: "lib/model.ts",
  weights: "lib/weights.ts",
  features: "lib/features/index.ts",
}
const source = (module: string): string => helpers[module] ?? `stages/${module}.ts`

const head = `import { Schema } from "effect"\nimport { stage } from "refold"\n`

const sources: Readonly<Record<string, string>> = {
  [source("clean")]: `${head}
export const clean = stage("clean", {
  params: Schema.Struct({ least: Schema.Number }),
  inputs: { table: "csv" },
  outputs: { rows: "table" },
  run: ({ inputs: { table }, params: { least } }) => {
    const rows = table.trim().split("\\n").slice(1).map((line) => line.split(","))
    return {
      rows: rows
        .filter(([, size]) => Number(size) >= least)
        .map(([name, size]) => ({ name: name!, size: Number(size) })),
    }
  },
})
`,
  [source("words")]: `${head}
export const words = stage("words", {
  params: Schema.Struct({}),
  inputs: { text: "text" },
  outputs: { words: "value" },
  run: ({ inputs: { text } }) => ({ words: [...new Set(text.trim().toLowerCase().split(" "))].sort() }),
})
`,
  [source("score")]: `${head}import { weigh } from "${lib}/model.ts"

const clamp = (value: number) => Math.min(value, 1000)

export const score = stage("score", {
  doc: "Scores rows by the words of a text",
  params: Schema.Struct({ seed: Schema.Number, weight: Schema.Number, share: Schema.Number }),
  inputs: { rows: "table", words: "value" },
  outputs: { high: "table", low: "table" },
  timeout: 60,
  retries: 1,
  run: ({ inputs: { rows, words }, params: { seed, weight, share } }) => {
    let total = 0
    const scored = []
    for (const row of rows) {
      const value = clamp(weigh(row as { size: number }, words as Array<string>, weight) + (seed % 7))
      total = total + value
      scored.push({ name: row.name!, value })
    }
    const bar = (total / scored.length) * share * 2
    return { high: scored.filter(({ value }) => value >= bar), low: scored.filter(({ value }) => value < bar) }
  },
})
`,
  [source("model")]: `import { magnitude } from "./features"

export const weigh = (row: { size: number }, words: Array<string>, weight: number): number =>
  weight * magnitude(row.size, words)
`,
  [source("features")]: `import { tally } from "tally"

export const BASE = 2

export const magnitude = (size: number, words: Array<string>): number => size * BASE + tally(words)
`,
  [source("summary")]: `${head}
const mean = (list: ReadonlyArray<{ value?: unknown }>): number =>
  list.reduce((sum, { value }) => sum + (value as number), 0) / Math.max(1, list.length)

export const summary = stage("summary", {
  params: Schema.Struct({ digits: Schema.Number }),
  inputs: { high: "table", low: "table" },
  outputs: { summary: "value" },
  run: ({ inputs: { high, low }, params: { digits } }) => {
    const top = mean(high)
    return {
      summary: { gap: Number(((top - mean(low)) / 3).toFixed(digits)), top: Number(top.toFixed(digits)) },
    }
  },
})
`,
  [source("page")]: `${head}
export const page = stage("page", {
  params: Schema.Struct({ title: Schema.String }),
  inputs: { summary: "value" },
  outputs: { page: "document" },
  run: ({ inputs: { summary: given }, params: { title } }) => {
    const summary = given as { gap: number; top: number }
    const gap = String(summary.gap)
    return { page: \`<h1>\${title}</h1><p>\${gap} up to \${summary.top}</p>\` }
  },
})
`,
}

const outputName = (path: string): string => /([a-z]+)\.[a-z]+$/.exec(path)![1]!

const schemaOf = (value: number | string): string => (typeof value === "number" ? "Number" : "String")

/** A param of the experiment for each of a stage's; `share` has none but its default. */
function experiment(stages: ReadonlyArray<StageSpec>): string {
  const paramsOf = (stage: StageSpec): Record<string, number | string> =>
    stage.code.includes("features") ? { ...stage.params, share: 0.5 } : stage.params
  const fields = stages.flatMap((stage) =>
    Object.entries(paramsOf(stage)).map(
      ([name, value]) =>
        `    ${name}: Schema.${schemaOf(value)}.annotations({ default: ${JSON.stringify(value)} }),\n`,
    ),
  )
  const calls = stages.map((stage) => {
    const inputs = Object.entries(stage.inputs).map(([role, path]) => {
      const made = maker(stages, path)
      if (made !== undefined) return `${role}: made.${made.stage.name}.${outputName(path)}`
      return `${role}: file("${path}"${path.endsWith(".txt") ? `, "text"` : ""})`
    })
    const params = Object.keys(paramsOf(stage)).map((name) => `${name}: p.${name}`)
    return `    made.${stage.name} = ${stage.name}({ ${params.join(", ")} }, { ${inputs.join(", ")} })\n`
  })
  const imports = stages.map((stage) => `import { ${stage.name} } from "../${source(moduleOf(stage))}"\n`)
  return `import { Schema } from "effect"
import { experiment, file } from "refold"
${imports.join("")}
export default experiment(
  "lab",
  {
${fields.join("")}  },
  (p) => {
    const made: Record<string, any> = {}
${calls.join("")}    return made
  },
)
`
}

const wire: Tool["wire"] = (stages) => ({ "experiments/lab.ts": experiment(stages) })

/** The project's parts that nothing in the table changes. */
const settings = {
  "package.json": `${JSON.stringify({ name: "lab", private: true, dependencies: { other: "1", tally: "1" } })}\n`,
  "tsconfig.json": `${JSON.stringify({ compilerOptions: { target: "es2022", module: "preserve", strict: true } })}\n`,
}

interface Told {
  readonly event: string
  readonly status?: string
  readonly task?: string
  readonly outputs?: Readonly<Record<string, string>>
}

function run(lab: Lab): Ran {
  const { code, said } = execute(lab, {
    program: process.execPath,
    args: [
      ...[join(repository, "engine/build/launch.mjs"), "--exp", "lab", "--json"],
      ...["--jobs", lab.isParallel ? "2" : "1"],
      ...(lab.isPartial ? ["--keep-going"] : []),
    ],
  })
  const events = said
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line): Told => JSON.parse(line))
  const finished = events.filter(({ event }) => event === "task-finished")
  return {
    code,
    ran: finished.filter(({ status }) => status === "ran").map(({ task }) => task!),
    results: Object.fromEntries(
      finished.flatMap(({ task, outputs = {} }) =>
        Object.entries(outputs).map(([name, digest]) => [`${task}.${name}`, digest]),
      ),
    ),
    said,
  }
}

export const refold: Tool = {
  name: "Refold",
  language: "typescript",
  version: () => JSON.parse(readFileSync(join(repository, "package.json"), "utf8")).version,
  files: { ...data, ...packages, ...sources, ...settings },
  wire,
  source,
  prepare: (root) => {
    mkdirSync(join(root, "node_modules"), { recursive: true })
    for (const [name, target] of [
      ["refold", repository],
      ["effect", join(repository, "node_modules/effect")],
    ] as const)
      if (!existsSync(join(root, "node_modules", name)))
        symlinkSync(target, join(root, "node_modules", name), "junction")
  },
  run,
  excused: {
    "a local renamed": {
      runs: ["score"],
      why: "the names of locals are in the bundle, so that messages, stacks and what a stage prints are as they were written: bytes move, and `adopt` is for that",
    },
    "a default export's file renamed": {
      runs: ["score"],
      why: "a default export has no name but the one that the bundler makes of its file's: bytes move, and `adopt` is for that",
    },
    "a stage renamed": {
      runs: ["overview"],
      why: "a stage's name is in its key, so that two stages of one code are two: it runs once more, and nothing after it",
    },
  },
  own: {
    "a time limit": { steps: edit("score", "timeout: 60", "timeout: 61") },
    retries: { steps: edit("score", "retries: 1", "retries: 2") },
    "a stage renamed": { steps: edit("summary", `stage("summary"`, `stage("overview"`) },
    "package.json's type": {
      steps: replace("package.json", `"name":"lab",`, `"name":"lab","type":"module",`),
    },
    "an output that is deleted": { steps: inFile("artifacts/objects", "<h1>", undefined) },
    "an output edited by hand": {
      steps: inFile("artifacts/objects", `{"gap":`, (text) => text.replace(/\d/, "9")),
    },
    "a kept bundle's bytes changed": {
      steps: all(
        inFile("node_modules/.cache", "up to", (text) => text.replace("up to", "UP TO")),
        param("summary", "digits", 1),
      ),
    },
  },
}

/** Changes or removes each file below a folder that has a text in it, its time kept: none is there before a run. */
function inFile(folder: string, text: string, change: ((text: string) => string) | undefined): Step {
  return ({ root, isWarm }) => {
    if (!isWarm) return
    const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => readFileSync(path, "utf8").includes(text))
    if (files.length === 0) throw new Error(`no file in ${folder} holds ${text}`)
    for (const path of files) {
      const { atime, mtime } = statSync(path)
      if (change === undefined) rmSync(path)
      else {
        chmodSync(path, 0o644)
        writeFileSync(path, change(readFileSync(path, "utf8")))
        utimesSync(path, atime, mtime)
      }
    }
  }
}
