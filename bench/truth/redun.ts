// The project for redun: tasks hashed by their source, with the helpers, the constant and the package's version in
// `hash_includes`, as https://insitro.github.io/redun/tasks.html#task-hashing tells to.
import { inEnvironment, runNoted } from "./command.ts"
import { callsScript } from "./edits/surroundings.ts"
import { pythonProject, source } from "./python.ts"
import { pythonVersion } from "./setup.ts"
import { edit, overwriteOutput, replace } from "./steps.ts"
import type { Tool } from "./tool.ts"
import { maker, moduleOf, type StageSpec } from "./wiring.ts"

const file = (path: string): string => `ContentFile("${path}")`

function call(stage: StageSpec, stages: ReadonlyArray<StageSpec>): string {
  const inputs = Object.entries(stage.inputs).map(([role, path]) => {
    const made = maker(stages, path)
    if (made === undefined) return `${role}=${file(path)}`
    return `${role}=made_by_${made.stage.name}${made.stage.outputs.length > 1 ? `[${made.at}]` : ""}`
  })
  const params = Object.entries(stage.params).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  const reads = stage.reads === undefined ? [] : [`reads=[${stage.reads.map(file).join(", ")}]`]
  return `    made_by_${stage.name} = ${moduleOf(stage)}_module.${stage.name}(${[...inputs, ...params, ...reads].join(", ")})\n`
}

const wire: Tool["wire"] = (stages) => ({
  "flow.py": `from redun import task
from redun.file import ContentFile

${[...new Set(stages.map(moduleOf))].map((module) => `import ${module} as ${module}_module\n`).join("")}
redun_namespace = "lab"


@task()
def main():
${stages.map((stage) => call(stage, stages)).join("")}    return [${stages.map(({ name }) => `made_by_${name}`).join(", ")}]
`,
})

export const redun: Tool = {
  name: "redun",
  language: "python",
  version: () => pythonVersion("redun"),
  files: {
    ...pythonProject("redun"),
    ".redun/redun.ini":
      "[backend]\ndb_uri = sqlite:///redun.db\n\n[executors.default]\ntype = local\nmax_workers = 1\n",
  },
  wire,
  source,
  run: (lab) =>
    runNoted(
      lab,
      inEnvironment("redun", ["run", "flow.py", "main"], lab, {
        PYTHONPATH: `${lab.root}/site:${lab.root}/steps`,
      }),
    ),
  own: {
    "an output edited by hand": { steps: overwriteOutput("out/page.html", "<p>by hand</p>"), may: ["page"] },
    "a script called by a stage": {
      before: (lab) => {
        callsScript(lab)
        edit("summary", "low, digits", "low, digits, reads")(lab)
      },
    },
    "another working folder": "its paths are of the folder that one is in",
    concurrency: { steps: replace(".redun/redun.ini", "max_workers = 1", "max_workers = 2") },
    "a time limit": "redun knows none for local tasks",
    retries: "redun knows none for local tasks",
    "a stage renamed": { steps: edit("summary", "@task()", '@task(name="overview")') },
  },
}
