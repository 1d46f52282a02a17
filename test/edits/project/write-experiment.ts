// The experiment of a project as text: what it wires, each thing where it stands.
import { specifier } from "./imports.ts"
import {
  bindingsOf,
  type ChoiceModel,
  type Given,
  type GroupModel,
  type Place,
  type Project,
  type TaskModel,
  type Wire,
} from "./model.ts"
import { bodyOf, branchesOf, isMany, lastAt } from "./places.ts"
import { styled } from "./write-module.ts"
import { plainText } from "./write-stage.ts"

export const experimentPath = "experiments/random.ts"

export function experimentText(project: Project): string {
  const known = bindingsOf(project)
  const names = stageNames(project)
  const imports = [...names].map(([id, name]) => {
    const { module, binding } = known.get(id)!
    return `import { ${binding.name} as ${name} } from ${JSON.stringify(specifier(experimentPath, module.path))}`
  })
  const params = Object.entries(project.experimentParams).map(
    ([name, value]) => `${name}: Schema.Number.annotations({ default: ${value} })`,
  )
  const policy = project.limitsIn === "config" ? "" : `, { policy: ${limitsText(project)} }`
  return styled(
    [
      `import { Schema } from "effect"\nimport { bound, each, experiment, file, match, when } from "refold"`,
      ...imports,
      `export default experiment("random", { ${params.join(", ")} }, (params) => {\n  const files = [${fileTexts}]\n${placeText(project, "", "  ")}\n  return { ${returned(project, "").join(", ")} }\n}${policy})`,
    ],
    project.experimentStyle,
  )
}

export function limitsText(project: Project): string {
  const limits = Object.entries(project.limits).map(([id, timeout]) => {
    const { body } = bindingsOf(project).get(id)!.binding
    return body.tag === "stage" ? `${JSON.stringify(body.stage.name)}: { timeout: ${timeout} }` : ""
  })
  return `{ ${limits.join(", ")} }`
}

/** Bodies take none that the experiment does not declare too. */
const fileTexts = ["data/one.txt", "data/two.txt", "data/many"]
  .map((path) => `file(${JSON.stringify(path)})`)
  .join(", ")

const stageNames = ({ tasks }: Project): ReadonlyMap<string, string> =>
  new Map([...new Set(tasks.map(({ stage }) => stage))].map((id, at) => [id, `stage${at}`]))

/** All that stands at a place: the experiment's own results, what is asked for in a body, what a branch gives. */
function returned({ tasks, groups, choices }: Project, at: Place): ReadonlyArray<string> {
  const own = <A extends { readonly at: Place }>(all: ReadonlyArray<A>) => all.filter((one) => one.at === at)
  return [
    ...own(tasks).map(({ id }) => `task${id}`),
    ...(at === ""
      ? [...own(groups).map(({ id }) => `group${id}`), ...own(choices).map(({ id }) => `choice${id}`)]
      : []),
  ]
}

/** Statements in the order of identities. */
function placeText(project: Project, place: Place, indent: string): string {
  const { tasks, groups, choices } = project
  return [
    ...tasks.map((one) => ({ one, text: () => taskText(project, one) })),
    ...groups.map((one) => ({ one, text: () => groupText(project, one, indent) })),
    ...choices.map((one) => ({ one, text: () => choiceText(project, one, indent) })),
  ]
    .filter(({ one: { at } }) => at === place)
    .sort((a, b) => a.one.id - b.one.id)
    .map(({ text }) => `${indent}${text()}`)
    .join("\n")
}

function groupText(project: Project, group: GroupModel, indent: string): string {
  const { id, name, over } = group
  const body = bodyOf(group)
  const from =
    "list" in over
      ? `task${over.list}.list`
      : "folder" in over
        ? `file(${JSON.stringify(over.folder)})`
        : wireText(over)
  const inside = placeText(project, body, `${indent}  `)
  const gives = returned(project, body).map((task) => `${task}: ${task}.out`)
  return `const group${id} = each(${JSON.stringify(name)}, ${from}, (item${id}) => {\n${inside}\n${indent}  return { ${gives.join(", ")} }\n${indent}})`
}

function choiceText(project: Project, choice: ChoiceModel, indent: string): string {
  const { id, on, wanted } = choice
  const [first, second] = branchesOf(choice).map(
    (place) =>
      `() => {\n${placeText(project, place, `${indent}  `)}\n${indent}  return task${lastAt(project, place).id}.out\n${indent}}`,
  )
  return wanted === undefined
    ? `const choice${id} = match(task${on}.out, ["side"], { left: ${first}, right: ${second} })`
    : `const choice${id} = when(task${on}.out, ["digit"], ${JSON.stringify(wanted)}, ${first})`
}

function taskText(project: Project, { id, stage, form, params, inputs }: TaskModel): string {
  const given = params.map(([name, value]) => `${name}: ${givenText(value)}`)
  const wires = inputs.map(
    ([role, wire]) =>
      `${role}: ${isMany(wire) ? `{ ${wire.map(([name, one]) => `${JSON.stringify(name)}: ${wireText(one)}`).join(", ")} }` : wireText(wire)}`,
  )
  return `const task${id} = ${stageNames(project).get(stage)}${form === "" ? "" : `.${form}`}({ ${given.join(", ")} }, { ${wires.join(", ")} }, { i: ${id} })`
}

function givenText(given: Given): string {
  if ("plain" in given) return plainText(given.plain)
  if ("item" in given) return `item${given.item}`
  return "boundTo" in given ? `bound(task${given.boundTo}.out, "n")` : `params.${given.experimentParam}`
}

function wireText(wire: Wire): string {
  if ("group" in wire) return `group${wire.group}.task${wire.task}`
  if ("task" in wire) return `task${wire.task}.out`
  if ("item" in wire) return `item${wire.item}`
  return "choice" in wire ? `choice${wire.choice}` : `file(${JSON.stringify(wire.file)})`
}
