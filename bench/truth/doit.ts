// The project for doit: `file_dep` by content, `targets`, and the command with its params in `config_changed`.
// https://pydoit.org/dependencies.html and https://pydoit.org/uptodate.html
import { inEnvironment, runNoted } from "./command.ts"
import { pythonProject, source } from "./python.ts"
import { pythonVersion } from "./setup.ts"
import type { Tool } from "./tool.ts"
import { given, labelOf, moduleOf, type StageSpec } from "./wiring.ts"

const list = (items: ReadonlyArray<string>): string => JSON.stringify(items)

function task(stage: StageSpec, stages: ReadonlyArray<StageSpec>): string {
  const module = moduleOf(stage)
  const isShared = stages.filter((other) => moduleOf(other) === module).length > 1
  const command = [
    ...["python3", source(module), ...(isShared ? [stage.name] : []), ...given(stage)],
    ...["-o", ...stage.outputs],
  ].join(" ")
  const files = [
    ...[module, ...stage.code].map(source),
    ...(stage.usesPackage ? ["requirements.txt"] : []),
    ...(stage.reads ?? []),
    ...Object.values(stage.inputs),
  ]
  return `
def task_make_${labelOf(stage)}():
    return stage(
        "${command}",
        ${JSON.stringify(stage.params)},
        ${list(files)},
        ${list(stage.outputs)},
    )
`
}

const wire: Tool["wire"] = (stages) => ({
  "dodo.py": `from doit.tools import config_changed


def stage(command, params, files, targets):
    options = [f"--{name}={params[name]}" for name in sorted(params)]
    return {
        "actions": [" ".join([command, *options])],
        "file_dep": files,
        "targets": targets,
        "uptodate": [config_changed({"command": command, **params})],
    }

${stages.map((stage) => task(stage, stages)).join("\n")}`,
})

export const doit: Tool = {
  name: "doit",
  language: "python",
  version: () => pythonVersion("doit"),
  files: pythonProject("command"),
  wire,
  source,
  run: (lab) => {
    const where = lab.from === "." ? [] : ["-f", "../dodo.py", "-d", ".."]
    return runNoted(lab, inEnvironment("doit", ["run", "-n", lab.isParallel ? "2" : "0", ...where], lab))
  },
  own: {
    "a time limit": "doit knows none",
    retries: "doit knows none",
  },
}
