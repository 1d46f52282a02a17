// Edits of lists that groups are made over, of groups, and of what values decide on.

import type { Dice } from "../dice.ts"
import { formsOf, withPlace } from "../project/draw-graph.ts"
import type { ChoiceModel, GroupModel, Project } from "../project/model.ts"
import { around } from "../project/places.ts"
import { changeTask, type Kinds, ofProject } from "./kind.ts"

type List = ReadonlyArray<number>

/** Another list where a task is given one that a group is made over. */
const ofList = (change: (list: List, dice: Dice) => List | undefined) =>
  ofProject((project, dice) => {
    const isMapped = (id: number): boolean =>
      project.groups.some(({ over }) => "list" in over && over.list === id)
    const lists = project.tasks.flatMap((task) =>
      task.params.flatMap(([name, given]) =>
        isMapped(task.id) && "plain" in given && Array.isArray(given.plain)
          ? [{ task, name, list: given.plain as List }]
          : [],
      ),
    )
    const found = dice.maybe(lists)
    const plain = found && change(found.list, dice)
    if (found === undefined || plain === undefined) return undefined
    const { task, name } = found
    return changeTask(project, task.id, {
      params: task.params.map((one) => (one[0] === name ? ([name, { plain }] as const) : one)),
    })
  })

const changeGroup = (project: Project, { id }: GroupModel, change: Partial<GroupModel>): Project => ({
  ...project,
  groups: project.groups.map((one) => (one.id === id ? { ...one, ...change } : one)),
})

const changeChoice = (project: Project, { id }: ChoiceModel, change: Partial<ChoiceModel>): Project => ({
  ...project,
  choices: project.choices.map((one) => (one.id === id ? { ...one, ...change } : one)),
})

export const lists: Kinds = {
  "an item in front": ofList((list, dice) => (list.length > 4 ? undefined : [10 + dice.below(9), ...list])),
  "an item removed": ofList((list, dice) => {
    const at = dice.below(list.length + 1)
    return list.length === 0 ? undefined : list.filter((_, i) => i !== at)
  }),
  "items in another order": ofList((list, dice) => (list.length < 2 ? undefined : dice.shuffled(list))),
  "an item changed": ofList((list, dice) => {
    if (list.length === 0) return undefined
    const at = dice.below(list.length)
    return list.map((item, i) => (i === at ? 10 + dice.below(9) : item))
  }),
  "a group over another list": ofProject((project, dice) => {
    const group = dice.maybe(project.groups.filter(({ over }) => "list" in over))
    const list = group && dice.maybe(around(project, group.at, group.id).tasks)
    return group && list && changeGroup(project, group, { over: { list: list.id } })
  }),
  "a group renamed": ofProject((project, dice) => {
    const group = dice.maybe(project.groups)
    if (group === undefined) return undefined
    return { ...changeGroup(project, group, { name: `named${project.next}` }), next: project.next + 1 }
  }),
  "a group or a condition added": ofProject((project, dice) => {
    const form = dice.maybe(formsOf(project.modules).filter(({ model }) => !model.refuses))
    if (form === undefined || project.tasks.length > 16) return undefined
    const growing = { dice, params: Object.keys(project.experimentParams), id: project.next }
    const grown = withPlace(project, growing, form)
    return grown && { ...project, ...grown, next: growing.id }
  }),
  "what a condition asks for": ofProject((project, dice) => {
    const choice = dice.maybe(project.choices.filter(({ wanted }) => wanted !== undefined))
    const wanted = dice.shuffled([0, 1, 2, 3]).slice(0, dice.between(1, 3))
    return choice && changeChoice(project, choice, { wanted })
  }),
  "decided by another": ofProject((project, dice) => {
    const choice = dice.maybe(project.choices)
    const other = choice && dice.maybe(around(project, choice.at, choice.id).tasks)
    return choice && other && changeChoice(project, choice, { on: other.id })
  }),
}
