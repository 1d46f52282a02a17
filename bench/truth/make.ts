// The project for GNU make: prerequisites are inputs, the files of code, and a file of params for each stage.
// https://www.gnu.org/software/make/manual/make.html#Rules says what makes a target out of date: the times of files.
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { runNoted } from "./command.ts"
import { pythonProject, source } from "./python.ts"
import type { Lab, Tool } from "./tool.ts"
import { given, moduleOf, type StageSpec } from "./wiring.ts"

const argsOf = ({ name }: StageSpec): string => `params/${name}.args`

function rule(stage: StageSpec, stages: ReadonlyArray<StageSpec>): string {
  const module = moduleOf(stage)
  const isShared = stages.filter((other) => moduleOf(other) === module).length > 1
  const hasParams = Object.keys(stage.params).length > 0
  const prerequisites = [
    ...[module, ...stage.code].map(source),
    ...(stage.usesPackage ? ["requirements.txt"] : []),
    ...(hasParams ? [argsOf(stage)] : []),
    ...(stage.reads ?? []),
    ...Object.values(stage.inputs),
  ]
  const words = [
    ...[source(module), ...(isShared ? [stage.name] : []), ...given(stage), "-o", ...stage.outputs],
    ...(hasParams ? [`@${argsOf(stage)}`] : []),
  ]
  const targets = stage.outputs.length > 1 ? `${stage.outputs.join(" ")} &` : stage.outputs[0]
  return `${targets}: ${prerequisites.join(" ")}\n\tpython3 ${words.join(" ")}\n`
}

const wire: Tool["wire"] = (stages) => ({
  Makefile: [
    `all: ${stages.flatMap(({ outputs }) => outputs).join(" ")}\n`,
    ...stages.map((stage) => rule(stage, stages)),
  ].join("\n"),
  ...Object.fromEntries(
    stages.map((stage) => [
      argsOf(stage),
      Object.entries(stage.params)
        .map(([name, value]) => `--${name}=${value}\n`)
        .join(""),
    ]),
  ),
})

const run = (lab: Lab) =>
  runNoted(lab, {
    program: "make",
    args: ["-s", `-j${lab.isParallel ? 2 : 1}`, "-C", lab.root],
    env: { PYTHONPATH: join(lab.root, "site") },
  })

export const make: Tool = {
  name: "make",
  language: "python",
  version: () => {
    const { status, stdout } = spawnSync("make", ["--version"], { encoding: "utf8" })
    return status === 0 ? /[\d.]+/.exec(stdout)?.[0] : undefined
  },
  files: pythonProject("command"),
  wire,
  source,
  run,
  own: {
    "a stage renamed": "a rule has no name but its target",
    "a time limit": "make knows none",
    retries: "make knows none",
  },
}
