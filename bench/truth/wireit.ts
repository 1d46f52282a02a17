// The project for wireit: npm scripts with `files` and `output`. A dependency does not cascade where its output is among `files`,
// as https://github.com/google/wireit#execution-cascade has it; lock files count by themselves, for every script.
import { existsSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { runNoted } from "./command.ts"
import { packages } from "./node.ts"
import { toolsFolder, wireitVersion } from "./setup.ts"
import type { Tool } from "./tool.ts"
import { data, given, labelOf, maker, moduleOf, type StageSpec } from "./wiring.ts"

const helpers: Readonly<Record<string, string>> = {
  model: "lib/model.js",
  weights: "lib/weights.js",
  features: "lib/features/index.js",
}
const source = (module: string): string => helpers[module] ?? `steps/${module}.js`

const stage = (name: string, text: string, head = ""): string =>
  `const { command } = require("./lab.js")\n${head}\n${text}\ncommand({ ${name} })\n`

const sources: Readonly<Record<string, string>> = {
  [source("clean")]: stage(
    "clean",
    `function clean({ table, least }) {
  const rows = table.trim().split("\\n").slice(1).map((line) => line.split(","))
  return rows
    .filter(([, size]) => Number(size) >= least)
    .map(([name, size]) => ({ name, size: Number(size) }))
}
`,
  ),
  [source("words")]: stage(
    "words",
    `function words({ text }) {
  return [...new Set(text.trim().toLowerCase().split(" "))].sort()
}
`,
  ),
  [source("score")]: stage(
    "score",
    `const clamp = (value) => Math.min(value, 1000)

function score({ rows, words, seed, weight, share = 0.5 }) {
  let total = 0
  const scored = []
  for (const row of rows) {
    const value = clamp(weigh(row, words, weight) + (seed % 7))
    total = total + value
    scored.push({ name: row.name, value })
  }
  const bar = (total / scored.length) * share * 2
  return [scored.filter(({ value }) => value >= bar), scored.filter(({ value }) => value < bar)]
}
`,
    `const { weigh } = require("../lib/model.js")\n`,
  ),
  [source("model")]: `const { magnitude } = require("./features")

exports.weigh = (row, words, weight) => weight * magnitude(row.size, words)
`,
  [source("features")]: `const { tally } = require("tally")

const BASE = 2

exports.magnitude = (size, words) => size * BASE + tally(words)
`,
  [source("summary")]: stage(
    "summary",
    `const mean = (list) => list.reduce((sum, { value }) => sum + value, 0) / Math.max(1, list.length)

function summary({ high, low, digits }) {
  const top = mean(high)
  return { gap: Number(((top - mean(low)) / 3).toFixed(digits)), top: Number(top.toFixed(digits)) }
}
`,
  ),
  [source("page")]: stage(
    "page",
    `function page({ summary, title }) {
  const gap = String(summary.gap)
  return \`<h1>\${title}</h1><p>\${gap} up to \${summary.top}</p>\`
}
`,
  ),
  [source("lab")]: `const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs")
const { dirname } = require("node:path")

const read = (path) => {
  const text = readFileSync(path, "utf8")
  return path.endsWith(".json") ? JSON.parse(text) : text
}
const write = (path, content) => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, path.endsWith(".json") ? JSON.stringify(content) : content)
}

/** NAME ROLE=INPUT... -o OUTPUT... [PARAMS] */
exports.command = (functions) => {
  const [name, ...given] = process.argv.slice(2)
  if (functions[name] === undefined) return
  const at = given.indexOf("-o")
  const inputs = given.slice(0, at).map((each) => each.split("="))
  const outputs = given.slice(at + 1).filter((path) => !path.startsWith("params/"))
  const params = given.slice(at + 1).filter((path) => path.startsWith("params/"))
  appendFileSync(process.env.TRUTH_LOG, name + "\\n")
  const roles = Object.fromEntries(inputs.map(([role, path]) => [role, read(path)]))
  const results = functions[name](Object.assign(roles, ...params.map(read)))
  outputs.forEach((path, i) => write(path, outputs.length > 1 ? results[i] : results))
}
`,
}

const paramsOf = ({ name }: StageSpec): string => `params/${name}.json`

function script(stage: StageSpec, stages: ReadonlyArray<StageSpec>) {
  const hasParams = Object.keys(stage.params).length > 0
  const params = hasParams ? [paramsOf(stage)] : []
  const upstream = Object.values(stage.inputs)
    .flatMap((path) => maker(stages, path)?.stage ?? [])
    .map(labelOf)
  const inputs = stage.roles.map((role, i) => `${role}=${given(stage)[i]}`)
  return {
    command: ["node", source(moduleOf(stage)), stage.name, ...inputs, "-o", ...stage.outputs, ...params].join(
      " ",
    ),
    dependencies: [...new Set(upstream)].map((name) => ({ script: name, cascade: false })),
    files: [
      source(moduleOf(stage)),
      ...(stage.code.length > 0 ? ["lib/**/*.js"] : []),
      ...params,
      ...(stage.reads ?? []),
      ...Object.values(stage.inputs),
    ],
    output: stage.outputs,
  }
}

const wire: Tool["wire"] = (stages) => ({
  "package.json": `${JSON.stringify(
    {
      name: "lab",
      scripts: Object.fromEntries(["all", ...stages.map(labelOf)].map((name) => [name, "wireit"])),
      wireit: {
        all: { dependencies: stages.map(labelOf) },
        ...Object.fromEntries(stages.map((stage) => [labelOf(stage), script(stage, stages)])),
      },
    },
    null,
    2,
  )}\n`,
  ...Object.fromEntries(
    stages
      .filter(({ params }) => Object.keys(params).length > 0)
      .map((stage) => [paramsOf(stage), `${JSON.stringify(stage.params, null, 2)}\n`]),
  ),
})

export const wireit: Tool = {
  name: "wireit",
  language: "javascript",
  version: wireitVersion,
  files: { ...data, ...packages, ...sources },
  wire,
  source,
  prepare: (root) => {
    const installed = join(toolsFolder, "wireit/node_modules")
    for (const name of [".bin", "wireit"])
      if (!existsSync(join(root, "node_modules", name)))
        symlinkSync(join(installed, name), join(root, "node_modules", name))
  },
  run: (lab) =>
    runNoted(lab, {
      program: "npm",
      args: ["run", "all"],
      env: { WIREIT_PARALLEL: lab.isParallel ? "2" : "1", WIREIT_LOGGER: "simple" },
    }),
  own: {
    "a time limit": "wireit knows none",
    retries: "wireit knows none",
  },
}
