// All files of a project, by path: its modules, its experiment, packages, data. What it is a function of is a Project alone.
import { barrelPath, specifier, usesBarrel } from "./imports.ts"
import { bindingsOf, type Given, type Project, type TaskModel, type Wire } from "./model.ts"
import { barrelText, moduleText, styled } from "./write-module.ts"
import { type Installed, installed, lockText } from "./write-packages.ts"
import { plainText } from "./write-stage.ts"

const experimentPath = "experiments/random.ts"

const foldText = `// How a text becomes a number, and what a stage shows of what it is given.
export const fold = (text: string): number => {
  let folded = 2166136261
  for (let at = 0; at < text.length; at++) folded = Math.imul(folded ^ text.charCodeAt(at), 16777619) >>> 0
  return folded
}
export const shown = (given: unknown): unknown =>
  given instanceof Uint8Array
    ? new TextDecoder().decode(given)
    : given instanceof Map
      ? [...given].map(([name, bytes]) => [name, shown(bytes)])
      : given
`

export function projectFiles(project: Project): Installed {
  const packages = installed(project)
  const files: Record<string, string> = {
    ...project.others,
    "package.json": JSON.stringify(project.manifest),
    "package-lock.json": lockText(project),
    "lib/fold.ts": foldText,
    [experimentPath]: experimentText(project),
    ...project.files,
    ...packages.files,
  }
  for (const module of project.modules) files[module.path] = moduleText(project, module)
  for (const [path, { entries, indent }] of Object.entries(project.jsons))
    files[path] = JSON.stringify(Object.fromEntries(entries), null, indent)
  if (project.limitsIn === "config")
    files["refold.config.ts"] =
      `import { defineConfig } from "refold"\nexport default defineConfig({ policy: ${limitsText(project)} })\n`
  if (usesBarrel(project)) files[barrelPath] = barrelText(project)
  return { files, links: packages.links }
}

function experimentText(project: Project): string {
  const known = bindingsOf(project)
  const stages = [...new Set(project.tasks.map(({ stage }) => stage))]
  const names = new Map(stages.map((id, at) => [id, `stage${at}`]))
  const imports = stages.map((id) => {
    const { module, binding } = known.get(id)!
    return `import { ${binding.name} as ${names.get(id)} } from ${JSON.stringify(specifier(experimentPath, module.path))}`
  })
  const params = Object.entries(project.experimentParams).map(
    ([name, value]) => `${name}: Schema.Number.annotations({ default: ${value} })`,
  )
  const tasks = project.tasks.map((task) => `  const task${task.id} = ${names.get(task.stage)}${call(task)}`)
  const policy = project.limitsIn === "config" ? "" : `, { policy: ${limitsText(project)} }`
  return styled(
    [
      `import { Schema } from "effect"\nimport { bound, experiment, file } from "refold"`,
      ...imports,
      `export default experiment("random", { ${params.join(", ")} }, (params) => {\n${tasks.join("\n")}\n  return { ${project.tasks.map(({ id }) => `task${id}`).join(", ")} }\n}${policy})`,
    ],
    project.experimentStyle,
  )
}

function limitsText(project: Project): string {
  const limits = Object.entries(project.limits).map(([id, timeout]) => {
    const { body } = bindingsOf(project).get(id)!.binding
    return body.tag === "stage" ? `${JSON.stringify(body.stage.name)}: { timeout: ${timeout} }` : ""
  })
  return `{ ${limits.join(", ")} }`
}

function call({ id, form, params, inputs }: TaskModel): string {
  const given = params.map(([name, value]) => `${name}: ${givenText(value)}`)
  const wires = inputs.map(
    ([role, wire]) =>
      `${role}: ${isMany(wire) ? `{ ${wire.map(([name, one]) => `${JSON.stringify(name)}: ${wireText(one)}`).join(", ")} }` : wireText(wire)}`,
  )
  return `${form === "" ? "" : `.${form}`}({ ${given.join(", ")} }, { ${wires.join(", ")} }, { i: ${id} })`
}

export const isMany = (
  wire: TaskModel["inputs"][number][1],
): wire is ReadonlyArray<readonly [string, Wire]> => Array.isArray(wire)

function givenText(given: Given): string {
  if ("plain" in given) return plainText(given.plain)
  return "boundTo" in given ? `bound(task${given.boundTo}.out)` : `params.${given.experimentParam}`
}

const wireText = (wire: Wire): string =>
  "task" in wire ? `task${wire.task}.out` : `file(${JSON.stringify(wire.file)})`
