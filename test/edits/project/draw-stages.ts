// Random stages, and the tasks of an experiment that uses each at least once.
import type { Dice } from "../dice.ts"
import { drawTerms, type Scope } from "./draw.ts"
import type {
  Binding,
  Field,
  FormModel,
  Given,
  Module,
  Plain,
  Role,
  StageModel,
  TaskModel,
  Wire,
} from "./model.ts"

const fieldNames = ["rate", "size", "label", "weights", "band"]
const fieldTypes = ["number", "number", "text", "list", "record", "struct"] as const
const roleNames = ["given", "further", "text", "tree"]
const roleKinds = ["value", "many", "txt", "folder"] as const

export const drawPlain = (dice: Dice, type: Field["type"]): Plain => {
  if (type === "number") return dice.below(10)
  if (type === "text") return `text ${dice.below(10)}`
  if (type === "list") return dice.times(0, 3, () => dice.below(10))
  const names =
    type === "struct" ? ["high", "low"] : ["zero", "one", "two", "b", "a"].slice(0, dice.between(1, 5))
  return Object.fromEntries(dice.shuffled(names).map((name) => [name, dice.below(10)]))
}

export function drawField(dice: Dice, name: string, hasDefault: boolean): Field {
  const type = dice.pick(fieldTypes)
  return hasDefault ? { name, type, default: drawPlain(dice, type) } : { name, type }
}

export function drawForm(dice: Dice, scope: Scope, isSource: boolean): FormModel {
  const isChain = !scope.isStateless && dice.chance(0.12)
  const fields = dice.some(fieldNames, 3).map((name) => drawField(dice, name, dice.chance(0.3)))
  const kinds = roleKinds.filter((kind) => !isSource || kind !== "value")
  const roles = dice.some(kinds, 3).map((kind): Role => ({ name: roleNames[roleKinds.indexOf(kind)]!, kind }))
  return {
    fields: isChain ? [...fields, { name: "links", type: "number" }] : fields,
    roles,
    terms: drawTerms(dice, isChain ? { ...scope, isStateless: true } : scope),
    values: dice.pick([2, 3, 1000003, 1000003]),
    isChain,
  }
}

export function drawStage(dice: Dice, name: string, scope: Scope): StageModel {
  const isSource = name === "alpha"
  const isInProcess = !isSource && dice.chance(0.15)
  const forms = dice.chance(0.3) ? ["first", "second"] : [""]
  const own = isInProcess ? { ...scope, isStateless: true, packages: [] } : scope
  return {
    name,
    forms: Object.fromEntries(forms.map((form) => [form, drawForm(dice, own, isSource)])),
    doc: `Makes ${name}`,
    timeout: 60,
    retries: 0,
    isInProcess,
  }
}

interface Drawn {
  readonly stage: Binding["id"]
  readonly form: string
  readonly model: FormModel
}

const formsOf = (modules: ReadonlyArray<Module>): ReadonlyArray<Drawn> =>
  modules.flatMap(({ bindings }) =>
    bindings.flatMap(({ id, body }) =>
      body.tag === "stage"
        ? Object.entries(body.stage.forms).map(([form, model]) => ({ stage: id, form, model }))
        : [],
    ),
  )

export function drawTasks(
  dice: Dice,
  modules: ReadonlyArray<Module>,
  experimentParams: Readonly<Record<string, number>>,
): ReadonlyArray<TaskModel> {
  const forms = formsOf(modules)
  const chosen = [...forms, ...dice.times(0, 2, () => dice.pick(forms))]
  const tasks: Array<TaskModel> = []
  for (const one of chosen)
    tasks.push(drawTask(dice, tasks.length, one, tasks, Object.keys(experimentParams)))
  return tasks
}

export function drawTask(
  dice: Dice,
  id: number,
  { stage, form, model }: Drawn,
  before: ReadonlyArray<TaskModel>,
  experimentParams: ReadonlyArray<string>,
): TaskModel {
  return {
    id,
    stage,
    form,
    params: dice
      .shuffled(model.fields)
      .map(({ name, type }) => [name, drawGiven(dice, name, type, before, experimentParams)] as const),
    inputs: dice
      .shuffled(model.roles)
      .map(({ name, kind }) => [name, drawWires(dice, kind, before)] as const),
  }
}

function drawGiven(
  dice: Dice,
  name: string,
  type: Field["type"],
  before: ReadonlyArray<TaskModel>,
  experimentParams: ReadonlyArray<string>,
): Given {
  if (name === "links") return { plain: dice.between(1, 4) }
  if (type === "number" && dice.chance(0.3)) return { experimentParam: dice.pick(experimentParams) }
  const upstream = dice.maybe(before)
  if (type === "number" && upstream !== undefined && dice.chance(0.3)) return { boundTo: upstream.id }
  return { plain: drawPlain(dice, type) }
}

export function drawWires(
  dice: Dice,
  kind: Role["kind"],
  before: ReadonlyArray<TaskModel>,
): TaskModel["inputs"][number][1] {
  if (kind === "txt") return { file: dice.pick(["data/one.txt", "data/two.txt"]) }
  if (kind === "folder") return { file: "data/many" }
  const upstream = (): Wire => ({ task: dice.pick(before).id })
  if (kind === "value") return upstream()
  if (before.length === 0) return []
  return dice
    .shuffled(["zeta", "one", "two", "alpha"])
    .slice(0, dice.between(1, 4))
    .map((name) => [name, upstream()] as const)
}
