// What an experiment wires, drawn at random: tasks, groups of them over lists, folders and other groups, and what values decide on.
import type { Dice } from "../dice.ts"
import { drawPlain } from "./draw-stages.ts"
import type {
  BindingId,
  ChoiceModel,
  Field,
  FormModel,
  Given,
  Graph,
  GroupModel,
  Module,
  Place,
  Role,
  TaskModel,
  Wire,
} from "./model.ts"
import { type Around, around, bodyOf, branchesOf, depthOf, placesOf } from "./places.ts"

export interface DrawnForm {
  readonly stage: BindingId
  readonly form: string
  readonly model: FormModel
}

/** What a graph grows by. */
export interface Growing {
  readonly dice: Dice
  /** Names of the experiment's params. */
  readonly params: ReadonlyArray<string>
  /** The next identity. */
  id: number
}

export const formsOf = (modules: ReadonlyArray<Module>): ReadonlyArray<DrawnForm> =>
  modules.flatMap(({ bindings }) =>
    bindings.flatMap(({ id, body }) =>
      body.tag === "stage"
        ? Object.entries(body.stage.forms).map(([form, model]) => ({ stage: id, form, model }))
        : [],
    ),
  )

const takesGroups = ({ model }: DrawnForm): boolean =>
  model.roles.some(({ kind }) => kind === "group" || kind === "settled")
const takesNone = ({ model }: DrawnForm): boolean => model.roles.some(({ kind }) => kind === "optional")

/** Each stage at least once, in the experiment itself or where a group or choice is declared. */
export function drawGraph(dice: Dice, modules: ReadonlyArray<Module>, params: ReadonlyArray<string>): Graph {
  const growing: Growing = { dice, params, id: 0 }
  const all = formsOf(modules)
  const forms = all.filter((form) => !takesGroups(form) && !takesNone(form) && !form.model.refuses)
  const [first, ...others] = forms
  let graph: Graph = { modules, tasks: [], groups: [], choices: [] }
  graph = withTask(graph, growing, first!, "") ?? graph
  for (const [at, form] of others.entries()) {
    if (at === 0) graph = withGroup(graph, growing, form, "") ?? graph
    else if (dice.chance(0.3)) graph = withPlace(graph, growing, form) ?? graph
    else graph = withTask(graph, growing, form, dice.pick(["", ...placesOf(graph)])) ?? graph
  }
  for (const form of all.filter((form) => !forms.includes(form)))
    graph = (form.model.refuses ? withGroup : withTask)(graph, growing, form, "") ?? graph
  for (const form of dice.some(forms, 2)) graph = withTask(graph, growing, form, "") ?? graph
  return graph
}

/** @returns undefined where there is nothing that one of its roles could take */
export function withTask(graph: Graph, growing: Growing, one: DrawnForm, at: Place): Graph | undefined {
  const { dice, params } = growing
  const { id } = growing
  const seen = around(graph, at, id)
  const { stage, form, model } = one
  const inputs: Array<TaskModel["inputs"][number]> = []
  for (const { name, kind } of dice.shuffled(model.roles)) {
    const wires = drawWires(dice, kind, seen)
    if (wires === undefined) return undefined
    inputs.push([name, wires])
  }
  const task: TaskModel = {
    id,
    at,
    stage,
    form,
    params: dice
      .shuffled(model.fields)
      .map((field) => [field.name, drawGiven(dice, field, seen, params)] as const),
    inputs,
  }
  growing.id++
  return { ...graph, tasks: [...graph.tasks, task] }
}

/** A group or a choice with a task of the form in each of its places, somewhere. */
export function withPlace(graph: Graph, growing: Growing, form: DrawnForm): Graph | undefined {
  const { dice } = growing
  const shallow = placesOf(graph).filter((place) => depthOf(graph, place) < 2)
  return dice.pick([withGroup, withChoice])(graph, growing, form, dice.pick(["", ...shallow]))
}

export function withGroup(graph: Graph, growing: Growing, form: DrawnForm, at: Place): Graph | undefined {
  const id = growing.id++
  const over = drawOver(growing.dice, around(graph, at, id))
  const group: GroupModel = { id, at, name: `g${id}`, over }
  const inside = withTask({ ...graph, groups: [...graph.groups, group] }, growing, form, bodyOf(group))
  return inside && withReader(inside, growing, takesGroups, at)
}

function withChoice(graph: Graph, growing: Growing, form: DrawnForm, at: Place): Graph | undefined {
  const { dice } = growing
  const id = growing.id++
  const decider = dice.maybe(around(graph, at, id).tasks)
  if (decider === undefined) return undefined
  const wanted = dice.chance(0.5) ? undefined : dice.shuffled([0, 1, 2, 3]).slice(0, dice.between(1, 3))
  const choice: ChoiceModel = { id, at, on: decider.id, wanted }
  let inside: Graph | undefined = { ...graph, choices: [...graph.choices, choice] }
  for (const branch of branchesOf(choice)) inside = inside && withTask(inside, growing, form, branch)
  return inside && withReader(inside, growing, takesNone, at)
}

/** In the body of a group nothing else may ask for what is declared there. */
function withReader(graph: Graph, growing: Growing, takes: (form: DrawnForm) => boolean, at: Place): Graph {
  const reader = growing.dice.maybe(formsOf(graph.modules).filter(takes))
  return (reader && withTask(graph, growing, reader, at)) ?? graph
}

/** What a group can be made over. */
function drawOver(dice: Dice, { tasks, grouped }: Around): GroupModel["over"] {
  const turn = dice.below(10)
  const other = dice.maybe(grouped)
  if (turn < 2 && other !== undefined) return other
  const written = tasks.filter(({ params }) =>
    params.some(([, given]) => "plain" in given && Array.isArray(given.plain)),
  )
  const list = dice.maybe([...tasks, ...written, ...written])
  return turn < 4 || list === undefined ? { folder: "data/many" } : { list: list.id }
}

function drawGiven(
  dice: Dice,
  { name, type }: Field,
  { tasks, numbers }: Around,
  experimentParams: ReadonlyArray<string>,
): Given {
  if (name === "links") return { plain: dice.between(1, 4) }
  const item = dice.maybe(numbers)
  if (type === "number" && item !== undefined && dice.chance(0.6)) return { item: item.id }
  if (type === "number" && dice.chance(0.3)) return { experimentParam: dice.pick(experimentParams) }
  const upstream = dice.maybe(tasks)
  if (type === "number" && upstream !== undefined && dice.chance(0.3)) return { boundTo: upstream.id }
  return { plain: drawPlain(dice, type) }
}

/** @returns undefined where there is nothing that the role could take */
export function drawWires(
  dice: Dice,
  kind: Role["kind"],
  seen: Around,
): TaskModel["inputs"][number][1] | undefined {
  const { tasks, grouped, settled, choices, files, outputs } = seen
  const file = dice.maybe(files)
  if (kind === "txt" && file !== undefined && dice.chance(0.7)) return { item: file.id }
  if (kind === "txt") return { file: dice.pick(["data/one.txt", "data/two.txt"]) }
  if (kind === "folder") return { file: "data/many" }
  if (kind === "group") return dice.maybe(grouped)
  if (kind === "settled") return dice.maybe(settled)
  const decided = choices.filter(({ wanted }) => kind === "optional" || wanted === undefined)
  const wires: ReadonlyArray<Wire> = [
    ...tasks.map(({ id }) => ({ task: id })),
    ...outputs.flatMap(({ id }) => [{ item: id }, { item: id }]),
    ...decided.flatMap(({ id }) => [{ choice: id }, { choice: id }, { choice: id }]),
  ]
  if (kind !== "many") return dice.maybe(wires)
  if (grouped.length > 0 && dice.chance(0.5)) return dice.pick(grouped)
  if (wires.length === 0) return []
  const plain = wires.filter(
    (wire) =>
      !("choice" in wire) || choices.some(({ id, wanted }) => id === wire.choice && wanted === undefined),
  )
  return dice
    .shuffled(["zeta", "one", "two", "alpha"])
    .slice(0, dice.between(1, 4))
    .map((name) => [name, dice.pick(plain)] as const)
}
