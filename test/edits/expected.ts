// What should become of each task of a project, for each item of its groups: whether values decide that it is needed, and what its
// result is a function of, as text. While that is the same it must not run again. It knows no key and no label.
import {
  bindingsOf,
  type ChoiceModel,
  formOf,
  type Given,
  type GroupModel,
  type Plain,
  type Project,
  type TaskModel,
  type Wire,
} from "./project/model.ts"
import { bodyOf, branchesOf, enclosing, isMany, lastAt } from "./project/places.ts"
import { reachOf } from "./project/reach.ts"
import { type Ended, type Items, instance, type Outcome } from "./running.ts"

export interface Expected {
  readonly isNeeded: boolean
  /** Undefined where something that it takes is not there. */
  readonly description: string | undefined
}

/** The item that each group around something is at. */
type Standing = ReadonlyMap<number, Item>

interface Item {
  readonly name: string
  /** As it stands in a list of values. */
  readonly value: number | string
}

/** @param outcome of the whole run: what decides, and what groups are made of, is what was given by then */
export function expected(project: Project, outcome: Outcome): ReadonlyMap<string, Expected> {
  const walk = new Walk(project, outcome)
  walk.whole()
  return walk.found
}

class Walk {
  readonly #project: Project
  readonly #outcome: Outcome
  readonly found = new Map<string, Expected>()
  readonly #passed: Array<readonly [TaskModel, Standing]> = []

  constructor(project: Project, outcome: Outcome) {
    this.#project = project
    this.#outcome = outcome
  }

  whole(): void {
    const { tasks, groups, choices } = this.#project
    const none: Standing = new Map()
    for (const task of tasks) if (task.at === "") this.#need(task, none)
    for (const group of groups) if (group.at === "") this.#needGroup(group, none)
    for (const choice of choices) if (choice.at === "") this.#needChoice(choice, none)
    for (const [task, standing] of this.#passed) this.#passBy(task, standing)
  }

  /** All that is wired to it runs too. */
  #need(task: TaskModel, standing: Standing): void {
    const name = this.#name(task, standing)
    if (this.found.has(name)) return
    this.found.set(name, { isNeeded: true, description: this.#description(task, standing) })
    for (const wire of this.#wires(task)) {
      if ("task" in wire && !("group" in wire)) this.#need(this.#task(wire.task), standing)
      if ("group" in wire) this.#needGroup(this.#group(wire.group), standing)
      if ("choice" in wire) this.#needChoice(this.#choice(wire.choice), standing)
      if ("item" in wire) this.#needItem(this.#group(wire.item), standing)
    }
  }

  #needItem({ id, over }: GroupModel, standing: Standing): void {
    if ("group" in over) this.#need(this.#task(over.task), this.#at(over.group, standing.get(id)!, standing))
  }

  #needGroup(group: GroupModel, standing: Standing): void {
    const { over } = group
    if ("list" in over) this.#need(this.#task(over.list), standing)
    if ("group" in over) this.#needGroup(this.#group(over.group), standing)
    const own = this.#project.tasks.filter(({ at }) => at === bodyOf(group))
    for (const item of this.#items(group, standing) ?? [])
      for (const task of own) this.#need(task, this.#at(group.id, item, standing))
  }

  #needChoice(choice: ChoiceModel, standing: Standing): void {
    this.#need(this.#task(choice.on), standing)
    const taken = this.#taken(choice, standing)
    for (const branch of branchesOf(choice)) {
      const last = lastAt(this.#project, branch)
      if (branch === taken) this.#need(last, standing)
      else this.#passed.push([last, standing])
    }
  }

  /** Of what no value chose it is known that there is it, and all that it is wired to but for what groups would be made of. */
  #passBy(task: TaskModel, standing: Standing): void {
    const name = this.#name(task, standing)
    if (this.found.has(name)) return
    this.found.set(name, { isNeeded: false, description: undefined })
    const pass = (id: number): void => this.#passBy(this.#task(id), standing)
    const passGroup = ({ over }: GroupModel): void => {
      if ("list" in over) pass(over.list)
      if ("group" in over) passGroup(this.#group(over.group))
    }
    for (const wire of this.#wires(task)) {
      if ("group" in wire) passGroup(this.#group(wire.group))
      else if ("task" in wire) pass(wire.task)
      if (!("choice" in wire)) continue
      const choice = this.#choice(wire.choice)
      pass(choice.on)
      for (const branch of branchesOf(choice)) pass(lastAt(this.#project, branch).id)
    }
  }

  /** With what params are bound to. */
  #wires({ inputs, params }: TaskModel): ReadonlyArray<Wire> {
    const bounds = params.flatMap(([, given]) => ("boundTo" in given ? [{ task: given.boundTo }] : []))
    return [...inputs.flatMap(([, wire]) => (isMany(wire) ? wire.map(([, one]) => one) : [wire])), ...bounds]
  }

  #task = (id: number): TaskModel => this.#project.tasks.find((task) => task.id === id)!
  #group = (id: number): GroupModel => this.#project.groups.find((group) => group.id === id)!
  #choice = (id: number): ChoiceModel => this.#project.choices.find((choice) => choice.id === id)!

  #at(group: number, item: Item, standing: Standing): Standing {
    return new Map([...standing, [group, item]])
  }

  #name({ id, at }: TaskModel, standing: Standing): string {
    const items: Record<string, string> = {}
    for (const group of enclosing(this.#project, at)) items[group.name] = standing.get(group.id)!.name
    return instance(id, items as Items)
  }

  #ended(id: number, standing: Standing): Ended | undefined {
    const ended = this.#outcome.get(this.#name(this.#task(id), standing))
    return ended?.outputs.out === undefined ? undefined : ended
  }

  /** Undefined while nobody knows them. */
  #items({ over }: GroupModel, standing: Standing): ReadonlyArray<Item> | undefined {
    if ("group" in over) return this.#items(this.#group(over.group), standing)
    if ("folder" in over) return this.#files(over.folder).map(([name]) => ({ name, value: name }))
    const list = this.#ended(over.list, standing)?.value("list") as ReadonlyArray<number> | undefined
    return list?.map((value) => ({ name: String(value), value }))
  }

  #files(folder: string): ReadonlyArray<readonly [string, string]> {
    return Object.entries(this.#project.files)
      .flatMap(([path, text]) =>
        path.startsWith(`${folder}/`) ? [[path.slice(folder.length + 1), text] as const] : [],
      )
      .sort(byName)
  }

  /** Undefined where no branch is. */
  #taken(choice: ChoiceModel, standing: Standing): string | undefined {
    const value = this.#ended(choice.on, standing)?.value("out") as
      | { side: string; digit: number }
      | undefined
    const [first, second] = branchesOf(choice)
    if (value === undefined) return undefined
    if (choice.wanted === undefined) return value.side === "left" ? first : second
    return choice.wanted.includes(value.digit) ? first : undefined
  }

  #description(task: TaskModel, standing: Standing): string | undefined {
    const { stage, form, params, inputs } = task
    const { fields, roles } = formOf(this.#project, task)
    const given = new Map(params)
    const lacking: Array<string> = []
    const values = fields.map(({ name, default: usual }): readonly [string, unknown] => {
      const own = given.get(name)
      const value = own === undefined ? sorted(usual!) : this.#given(own, standing)
      if (value === undefined) lacking.push(name)
      return [name, value]
    })
    const wired = inputs.map(([role, wire]): readonly [string, unknown] => {
      const { kind } = roles.find(({ name }) => name === role)!
      const value = isMany(wire)
        ? wire.map(([name, one]) => [name, this.#input(one, kind, standing)] as const).sort(byName)
        : this.#input(wire, kind, standing)
      const all = isMany(wire)
        ? (value as ReadonlyArray<readonly [string, unknown]>).map(([, one]) => one)
        : [value]
      if (all.includes(undefined)) lacking.push(role)
      return [role, value]
    })
    if (lacking.length > 0) return undefined
    const { body } = bindingsOf(this.#project).get(stage)!.binding
    if (body.tag !== "stage") throw new TypeError(`${stage} is no stage`)
    const reach = reachOnce(this.#project, stage, form)
    return JSON.stringify([body.stage.name, form, reach, values.sort(byName), wired.sort(byName)])
  }

  #given(given: Given, standing: Standing): unknown {
    if ("plain" in given) return sorted(given.plain)
    if ("experimentParam" in given) return this.#project.experimentParams[given.experimentParam]
    if ("item" in given) return standing.get(given.item)!.value
    const bound = this.#ended(given.boundTo, standing)?.value("out") as { n: number } | undefined
    return bound?.n
  }

  /** What of an input its task depends on; undefined where it is not there, null where there need be none. */
  #input(wire: Wire, kind: string, standing: Standing): unknown {
    if ("file" in wire) return kind === "folder" ? this.#files(wire.file) : this.#project.files[wire.file]
    if ("group" in wire) return this.#grouped(wire, kind, standing)
    if ("task" in wire) return this.#ended(wire.task, standing)?.outputs.out
    if ("choice" in wire) {
      const choice = this.#choice(wire.choice)
      const branch = this.#taken(choice, standing)
      if (branch !== undefined) return this.#ended(lastAt(this.#project, branch).id, standing)?.outputs.out
      return this.#ended(choice.on, standing) && null
    }
    const { id, over } = this.#group(wire.item)
    const item = standing.get(id)!
    if ("folder" in over) return this.#project.files[`${over.folder}/${item.name}`]
    const from = over as Extract<GroupModel["over"], { group: number }>
    return this.#ended(from.task, this.#at(from.group, item, standing))?.outputs.out
  }

  /** In the order of the list, but where a role takes contents by their names. */
  #grouped({ group, task }: Extract<Wire, { group: number }>, kind: string, standing: Standing): unknown {
    const model = this.#group(group)
    const items = this.#items(model, standing)
    if (items === undefined) return undefined
    const isDone = (id: number, item: Item): boolean =>
      this.#ended(id, this.#at(group, item, standing)) !== undefined
    const own = this.#project.tasks.filter(({ at }) => at === bodyOf(model))
    const isWhole = items.every((item) => own.every(({ id }) => isDone(id, item)))
    if (!isWhole && kind !== "settled") return undefined
    const given = items.map((item): readonly [string, unknown] => {
      const content = this.#ended(task, this.#at(group, item, standing))?.outputs.out ?? null
      return [item.name, kind === "many" ? content : [item.value, content]]
    })
    return kind === "many" ? given.sort(byName) : given
  }
}

const reaches = new WeakMap<Project, Map<string, string>>()

function reachOnce(project: Project, stage: string, form: string): string {
  const known = reaches.get(project) ?? new Map<string, string>()
  reaches.set(project, known)
  const name = `${stage} ${form}`
  const reach = known.get(name) ?? reachOf(project, stage, form)
  known.set(name, reach)
  return reach
}

const sorted = (value: Plain): unknown =>
  typeof value === "object" && !Array.isArray(value) ? Object.entries(value).sort(byName) : value

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)
