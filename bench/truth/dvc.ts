// The project for DVC: deps, outs, and params.yaml, as https://dvc.org/doc/user-guide/pipelines/defining-pipelines has them.
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { inEnvironment, runNoted } from "./command.ts"
import { pythonProject, source } from "./python.ts"
import { pythonVersion, toolsFolder } from "./setup.ts"
import type { Tool } from "./tool.ts"
import { given, labelOf, moduleOf, type StageSpec } from "./wiring.ts"

const list = (name: string, items: ReadonlyArray<string>): string =>
  items.length === 0 ? "" : `    ${name}:\n${items.map((item) => `      - ${item}\n`).join("")}`

function entry(stage: StageSpec, stages: ReadonlyArray<StageSpec>): string {
  const module = moduleOf(stage)
  const isShared = stages.filter((other) => moduleOf(other) === module).length > 1
  const params = Object.keys(stage.params).map((name) => `${stage.name}.${name}`)
  const words = [
    ...[source(module), ...(isShared ? [stage.name] : []), ...given(stage), "-o", ...stage.outputs],
    ...(params.length > 0 ? ["--params=params.yaml"] : []),
  ]
  const deps = [
    ...[module, ...stage.code].map(source),
    ...(stage.usesPackage ? ["requirements.txt"] : []),
    ...(stage.reads ?? []),
    ...Object.values(stage.inputs),
  ]
  const parts = [list("deps", deps), list("params", params), list("outs", stage.outputs)]
  return `  ${labelOf(stage)}:\n    cmd: python3 ${words.join(" ")}\n${parts.join("")}`
}

const wire: Tool["wire"] = (stages) => ({
  "dvc.yaml": `stages:\n${stages.map((stage) => entry(stage, stages)).join("")}`,
  "params.yaml": stages
    .filter(({ params }) => Object.keys(params).length > 0)
    .map(({ name, params }) => {
      const lines = Object.entries(params).map(([key, value]) => `  ${key}: ${value}\n`)
      return `${name}:\n${lines.join("")}`
    })
    .join(""),
})

export const dvc: Tool = {
  name: "DVC",
  language: "python",
  version: () => pythonVersion("dvc"),
  files: pythonProject("command"),
  wire,
  source,
  prepare: (root) => {
    const env = { ...process.env, DVC_NO_ANALYTICS: "1" }
    const program = join(toolsFolder, "dvc/bin/dvc")
    execFileSync(program, ["init", "--no-scm", "--quiet"], { cwd: root, env })
    execFileSync(program, ["config", "core.analytics", "false"], { cwd: root, env })
    execFileSync(program, ["config", "core.check_update", "false"], { cwd: root, env })
  },
  run: (lab) =>
    runNoted(lab, inEnvironment("dvc", ["repro", ...(lab.from === "." ? [] : ["../dvc.yaml"])], lab)),
  own: {
    "a time limit": "DVC knows none",
    retries: "DVC knows none",
    concurrency: "`dvc repro` runs one stage after the other",
  },
}
