// The project for Snakemake: rules with scripts, a config file, its default rerun triggers (mtime, params, input, software-env,
// code). What `code` cannot see, the modules that a script imports, are inputs.
// https://snakemake.readthedocs.io/en/stable/executing/cli.html and …/snakefiles/rules.html#external-scripts
import { inEnvironment, runNoted } from "./command.ts"
import { pythonProject, source } from "./python.ts"
import { pythonVersion } from "./setup.ts"
import type { Tool } from "./tool.ts"
import { labelOf, moduleOf, type StageSpec } from "./wiring.ts"

const named = ([name, path]: [string, string]): string => `${name}=${JSON.stringify(path)},`
const block = (name: string, lines: ReadonlyArray<string>): string =>
  lines.length === 0 ? "" : `    ${name}:\n${lines.map((line) => `        ${line}\n`).join("")}`

function rule(stage: StageSpec): string {
  const code = [...stage.code.map(source), ...(stage.usesPackage ? ["requirements.txt"] : [])]
  const parts = [
    block("input", [
      ...Object.entries(stage.inputs).map(named),
      ...(code.length > 0 ? [`code=${JSON.stringify(code)},`] : []),
      ...(stage.reads === undefined ? [] : [`reads=${JSON.stringify(stage.reads)},`]),
    ]),
    block("output", [stage.outputs.map((path) => JSON.stringify(path)).join(", ")]),
    block(
      "params",
      Object.keys(stage.params).map((name) => `${name}=config["${stage.name}"]["${name}"],`),
    ),
    stage.timeout === undefined ? "" : block("resources", [`runtime=${stage.timeout},`]),
    stage.retries === undefined ? "" : `    retries: ${stage.retries}\n`,
    `    script: "${source(moduleOf(stage))}"\n`,
  ]
  return `rule ${labelOf(stage)}:\n${parts.join("")}`
}

const wire: Tool["wire"] = (stages) => ({
  Snakefile: [
    `configfile: "config.yaml"\n`,
    `rule all:\n    input: ${stages
      .flatMap(({ outputs }) => outputs)
      .map((path) => JSON.stringify(path))
      .join(", ")}\n`,
    ...stages.map(rule),
  ].join("\n"),
  "config.yaml": stages
    .filter(({ params }) => Object.keys(params).length > 0)
    .map(({ name, params }) => {
      const lines = Object.entries(params).map(([key, value]) => `  ${key}: ${value}\n`)
      return `${name}:\n${lines.join("")}`
    })
    .join(""),
})

export const snakemake: Tool = {
  name: "Snakemake",
  language: "python",
  version: () => pythonVersion("snakemake"),
  files: pythonProject("snakemake"),
  wire,
  source,
  run: (lab) => {
    const where = lab.from === "." ? [] : ["--snakefile", "../Snakefile", "--directory", ".."]
    const args = ["--cores", lab.isParallel ? "2" : "1", "--quiet", "all", ...where]
    return runNoted(lab, inEnvironment("snakemake", args, lab, { HOME: `${lab.root}.home` }))
  },
}
