// What an edit is: one of a project, which its files follow, or one of the world that it runs in.
import type { Dice } from "../dice.ts"
import type {
  Binding,
  BindingId,
  Body,
  FormModel,
  Module,
  Project,
  StageModel,
  TaskModel,
} from "../project/model.ts"
import type { World } from "../trial.ts"

export type Kind =
  /** Undefined where the project has nothing to edit so. */
  | { readonly of: "project"; readonly edit: (project: Project, dice: Dice) => Project | undefined }
  | { readonly of: "world"; readonly act: (world: World, dice: Dice) => void }
  /** Changes nothing: looks at the project as it is in another way, and gives what is wrong, a line each. */
  | { readonly of: "look"; readonly look: (world: World, dice: Dice) => Promise<ReadonlyArray<string>> }

export type Kinds = Readonly<Record<string, Kind>>

export const ofProject = (edit: (project: Project, dice: Dice) => Project | undefined): Kind => ({
  of: "project",
  edit,
})
export const ofWorld = (act: (world: World, dice: Dice) => void): Kind => ({ of: "world", act })

export const changeModule = (project: Project, id: string, change: (module: Module) => Module): Project => ({
  ...project,
  modules: project.modules.map((module) => (module.id === id ? change(module) : module)),
})

export const changeBinding = (
  project: Project,
  id: BindingId,
  change: (one: Binding) => Binding,
): Project => ({
  ...project,
  modules: project.modules.map((module) =>
    module.bindings.some((one) => one.id === id)
      ? { ...module, bindings: module.bindings.map((one) => (one.id === id ? change(one) : one)) }
      : module,
  ),
})

export const changeBody = (project: Project, id: BindingId, body: Body): Project =>
  changeBinding(project, id, (one) => ({ ...one, body }))

export interface StageOf {
  readonly id: BindingId
  readonly module: Module
  readonly stage: StageModel
}

export const stagesOf = ({ modules }: Project): ReadonlyArray<StageOf> =>
  modules.flatMap((module) =>
    module.bindings.flatMap(({ id, body }) =>
      body.tag === "stage" ? [{ id, module, stage: body.stage }] : [],
    ),
  )

export const changeStage = (project: Project, { id, stage }: StageOf, change: Partial<StageModel>): Project =>
  changeBody(project, id, { tag: "stage", stage: { ...stage, ...change } })

export const changeForm = (
  project: Project,
  { id, stage }: StageOf,
  form: string,
  change: Partial<FormModel>,
): Project =>
  changeBody(project, id, {
    tag: "stage",
    stage: { ...stage, forms: { ...stage.forms, [form]: { ...stage.forms[form]!, ...change } } },
  })

export const changeTask = (project: Project, id: number, change: Partial<TaskModel>): Project => ({
  ...project,
  tasks: project.tasks.map((task) => (task.id === id ? { ...task, ...change } : task)),
})

/** @returns none where nothing fits */
export function pickStage(project: Project, dice: Dice, fits: (one: StageOf) => boolean = () => true) {
  const found = dice.maybe(stagesOf(project).filter(fits))
  return found === undefined ? undefined : { ...found, form: dice.pick(Object.keys(found.stage.forms)) }
}
