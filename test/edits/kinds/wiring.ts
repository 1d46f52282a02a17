// Edits of what is declared and given: params, their schemas and order, wiring, files, tasks and stages that come and go.
import type { Dice } from "../dice.ts"
import { drawWires, withTask } from "../project/draw-graph.ts"
import { drawField, drawForm, drawPlain } from "../project/draw-stages.ts"
import { type Field, formOf, type Given, type Project, type TaskModel, type Wire } from "../project/model.ts"
import { around, isMany, isWanted, placesOf } from "../project/places.ts"
import { scopeBefore } from "./code.ts"
import {
  changeBinding,
  changeForm,
  changeStage,
  changeTask,
  type Kinds,
  ofProject,
  pickStage,
  stagesOf,
} from "./kind.ts"

type Param = TaskModel["params"][number]

/** A param that a task gives as a plain value, and its field. */
function plainParam(project: Project, dice: Dice) {
  const found = dice.maybe(
    project.tasks.flatMap((task) =>
      task.params.flatMap(([name, given]) => {
        const field = formOf(project, task).fields.find((field) => field.name === name)!
        return "plain" in given ? [{ task, name, field, plain: given.plain }] : []
      }),
    ),
  )
  return found
}

const given = ({ params }: TaskModel, name: string, value: Given): ReadonlyArray<Param> =>
  params.map((one) => (one[0] === name ? [name, value] : one))

/** A task with a form's every param that has to be given, and no other than it has. */
const refitted = (dice: Dice, task: TaskModel, fields: ReadonlyArray<Field>): Partial<TaskModel> => ({
  params: fields.flatMap((field): ReadonlyArray<Param> => {
    const known = task.params.find(([name]) => name === field.name)
    if (known !== undefined) return [known]
    return field.default === undefined ? [[field.name, { plain: drawPlain(dice, field.type) }]] : []
  }),
})

const changeFields = (
  project: Project,
  dice: Dice,
  found: NonNullable<ReturnType<typeof pickStage>>,
  fields: ReadonlyArray<Field>,
): Project =>
  project.tasks
    .filter(({ stage, form }) => stage === found.id && form === found.form)
    .reduce(
      (changed, task) => changeTask(changed, task.id, refitted(dice, task, fields)),
      changeForm(project, found, found.form, { fields }),
    )

export const wiring: Kinds = {
  "a param": ofProject((project, dice) => {
    const found = plainParam(project, dice)
    if (found === undefined) return undefined
    const { task, name, field } = found
    const plain = name === "links" ? dice.between(1, 4) : drawPlain(dice, field.type)
    return changeTask(project, task.id, { params: given(task, name, { plain }) })
  }),
  "the default of an experiment's param": ofProject((project, dice) => {
    const name = dice.pick(Object.keys(project.experimentParams))
    return { ...project, experimentParams: { ...project.experimentParams, [name]: dice.below(10) } }
  }),
  "the order of a param's names": ofProject((project, dice) => {
    const found = plainParam(project, dice)
    if (found === undefined || typeof found.plain !== "object" || Array.isArray(found.plain)) return undefined
    const plain = Object.fromEntries(dice.shuffled(Object.entries(found.plain)))
    return changeTask(project, found.task.id, { params: given(found.task, found.name, { plain }) })
  }),
  "the order of names": ofProject((project, dice) => {
    const task = dice.pick(project.tasks)
    const inputs = dice
      .shuffled(task.inputs)
      .map(([role, wire]) => [role, isMany(wire) ? dice.shuffled(wire) : wire] as const)
    return changeTask(project, task.id, { params: dice.shuffled(task.params), inputs })
  }),
  "the order of fields": ofProject((project, dice) => {
    const found = pickStage(project, dice)
    if (found === undefined) return undefined
    const { fields, roles } = found.stage.forms[found.form]!
    return changeForm(project, found, found.form, {
      fields: dice.shuffled(fields),
      roles: dice.shuffled(roles),
    })
  }),
  "a param with a default added": ofProject((project, dice) => {
    const found = pickStage(project, dice)
    if (found === undefined) return undefined
    const { fields } = found.stage.forms[found.form]!
    const field = drawField(dice, `extra${project.next}`, true)
    return changeFields({ ...project, next: project.next + 1 }, dice, found, [...fields, field])
  }),
  "a default": ofProject((project, dice) => {
    const found = pickStage(project, dice)
    if (found === undefined) return undefined
    const { fields } = found.stage.forms[found.form]!
    const field = dice.maybe(fields.filter((field) => field.default !== undefined))
    if (field === undefined) return undefined
    const changed = { ...field, default: drawPlain(dice, field.type) }
    return changeFields(
      project,
      dice,
      found,
      fields.map((one) => (one === field ? changed : one)),
    )
  }),
  "a param left to its default, or given": ofProject((project, dice) => {
    const task = dice.pick(project.tasks)
    const field = dice.maybe(formOf(project, task).fields.filter((field) => field.default !== undefined))
    if (field === undefined) return undefined
    const others = task.params.filter(([name]) => name !== field.name)
    const params: ReadonlyArray<Param> =
      others.length < task.params.length ? others : [...others, [field.name, { plain: field.default! }]]
    return changeTask(project, task.id, { params })
  }),
  "an input from elsewhere": ofProject((project, dice) => {
    const task = dice.pick(project.tasks)
    const wired = dice.maybe(task.inputs)
    if (wired === undefined) return undefined
    const [role] = wired
    const { kind } = formOf(project, task).roles.find(({ name }) => name === role)!
    const wires = drawWires(dice, kind, around(project, task.at, task.id))
    if (wires === undefined) return undefined
    const inputs = task.inputs.map((one) => (one === wired ? ([role, wires] as const) : one))
    return changeTask(project, task.id, { inputs })
  }),
  "inputs swapped": ofProject((project, dice) => {
    const isSwappable = (wire: TaskModel["inputs"][number][1]): boolean => isMany(wire) && wire.length > 1
    const task = dice.maybe(
      project.tasks.filter(({ inputs }) => inputs.some(([, wire]) => isSwappable(wire))),
    )
    if (task === undefined) return undefined
    const inputs = task.inputs.map(([role, wire]) => [role, isMany(wire) ? swapped(wire) : wire] as const)
    return changeTask(project, task.id, { inputs })
  }),
  "a byte of a file": ofProject((project, dice) => {
    const path = dice.pick(Object.keys(project.files))
    return { ...project, files: { ...project.files, [path]: `${"abc"[dice.below(3)]}\n` } }
  }),
  "a file in a folder": ofProject((project, dice) => {
    const path = `data/many/${dice.pick(["x", "new", "deep/z"])}.txt`
    const { [path]: before, ...rest } = project.files
    return { ...project, files: before === undefined ? { ...rest, [path]: "new\n" } : rest }
  }),
  "a task added": ofProject((project, dice) => {
    const found = pickStage(project, dice)
    const model = found?.stage.forms[found.form]
    if (found === undefined || model === undefined || model.refuses || project.tasks.length > 20)
      return undefined
    const growing = { dice, params: Object.keys(project.experimentParams), id: project.next }
    const at = dice.pick(["", ...placesOf(project)])
    const grown = withTask(project, growing, { stage: found.id, form: found.form, model }, at)
    return grown && { ...project, ...grown, next: growing.id }
  }),
  "a task removed": ofProject((project, dice) => {
    const last = dice.maybe(project.tasks.filter((task) => !isWanted(project, task)))
    if (last === undefined) return undefined
    const tasks = project.tasks.filter((task) => task !== last)
    const limits = Object.entries(project.limits).filter(([id]) => tasks.some(({ stage }) => stage === id))
    return { ...project, tasks, limits: Object.fromEntries(limits) }
  }),
  "a form added": ofProject((project, dice) => {
    const found = pickStage(
      project,
      dice,
      ({ stage }) => !("" in stage.forms) && Object.keys(stage.forms).length < 4,
    )
    if (found === undefined) return undefined
    const form = drawForm(dice, { ...scopeBefore(project, found.id), isStateless: true }, "")
    const forms = { ...found.stage.forms, [`form${project.next}`]: form }
    return { ...changeStage(project, found, { forms }), next: project.next + 1 }
  }),
  "a stage renamed": ofProject((project, dice) => {
    const found = pickStage(project, dice)
    if (found === undefined) return undefined
    const name = `stage${project.next}`
    const renamed = changeBinding(project, found.id, (one) => ({ ...one, name }))
    return { ...changeStage(renamed, found, { name }), next: project.next + 1 }
  }),
  "in this process, or in a worker": ofProject((project, dice) => {
    const isMovable = ({ isInProcess }: { isInProcess: boolean }): boolean => isInProcess
    const found = dice.maybe(stagesOf(project).filter(({ stage }) => isMovable(stage)))
    return found && changeStage(project, found, { isInProcess: false })
  }),
  "among more values": ofProject((project, dice) => {
    const found = pickStage(project, dice)
    return found && changeForm(project, found, found.form, { values: dice.pick([2, 3, 1000003]) })
  }),
}

/** The first two names trade what they name. */
const swapped = (wires: ReadonlyArray<readonly [string, Wire]>): ReadonlyArray<readonly [string, Wire]> =>
  wires.map(([name], at) => [name, wires[at < 2 && wires.length > 1 ? 1 - at : at]![1]] as const)
