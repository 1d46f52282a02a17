// The line of a group: what its tasks gave, item by item, and one root of their keys for each stage, so that an edit of code
// rewrites a root and no more. Params and keys are not in it: they follow from the list. Pure.
import { canonical } from "../content/canonical.ts"
import { type Digest, digestOf, type Key, type TaskLabel } from "../content/digest.ts"
import { memo } from "../content/memo.ts"
import { fullName } from "../declare/task.ts"
import type { Adopted } from "../ledger/records.ts"
import { labelInside } from "../plan/labels.ts"
import type { Inside, PlannedTask } from "../plan/planned.ts"
import { areTexts, fieldsOf, type Gave, isAdopted, isBeside, isListOf } from "./lines.ts"

export interface LockedGroup {
  /** What the digests of an item are of, `task output`, by the groups that it stands in: `outer/inner`. */
  readonly gives: Readonly<Record<string, ReadonlyArray<string>>>
  readonly items: LockedItems
  /** By stage, the root of the keys of its tasks. */
  readonly keys: Readonly<Record<string, Digest>>
  /** The mark of those tasks of an item that say no other, `outer/inner task`: results are adopted by the thousand. */
  readonly adopted?: Readonly<Record<string, Adopted>>
}

export type LockedItems = Readonly<Record<string, LockedItem>>

/** A digest for each that is given there, empty for what this item has not, and what else is to be said, if anything. */
export type LockedItem = ReadonlyArray<Digest | "" | More>

interface More {
  /** By task. */
  readonly tasks?: Readonly<Record<string, MoreOfTask>>
  /** Tasks that gave nothing. */
  readonly failed?: ReadonlyArray<string>
  /** What groups inside gave for this item, by their names. */
  readonly groups?: Readonly<Record<string, LockedItems>>
}

type MoreOfTask = Partial<Omit<Gave, "outputs" | "adopted">> & { readonly adopted?: Adopted | null }

/** What a task of a group gave; undefined when it failed, or was not reached. */
export interface Member {
  readonly task: PlannedTask
  readonly gave: Gave | undefined
}

/** With its key, if it had one. */
export interface KeyedMember extends Member {
  readonly key: Key | undefined
}

/** The digest of keys by the labels of their tasks. */
export const rootOf = (keys: ReadonlyMap<string, Key>): Digest =>
  digestOf(canonical(Object.fromEntries(keys)))

/** By stage, the roots of the keys of tasks that gave something. */
export function rootsOf(members: ReadonlyArray<KeyedMember>): LockedGroup["keys"] {
  const byStage = new Map<string, Map<string, Key>>()
  for (const { task, key, gave } of members) {
    if (gave === undefined || key === undefined) continue
    memo(byStage, fullName(task.node.stage), () => new Map()).set(task.label, key)
  }
  return Object.fromEntries([...byStage].map(([stage, keys]) => [stage, rootOf(keys)]))
}

/** The groups that a task stands in, by name, as a path. */
const levelOf = ({ scope }: Inside): string => Object.keys(scope).join("/")

/** The group whose line a task stands in. */
export const outermost = ({ scope }: Inside): string => Object.keys(scope)[0]!

/** @param members of one group, those of groups inside it too */
export function lockedGroup(members: ReadonlyArray<Member>, roots: LockedGroup["keys"]): LockedGroup {
  const gives = new Map<string, Set<string>>()
  const marks = new Map<string, Adopted>()
  for (const { task, gave } of members) {
    const level = levelOf(task.inside!)
    const given = gives.get(level) ?? new Set()
    gives.set(level, given)
    for (const output of Object.keys(gave?.outputs ?? {})) given.add(`${task.inside!.name} ${output}`)
    const place = `${level} ${task.inside!.name}`
    if (gave?.adopted !== undefined && !marks.has(place)) marks.set(place, gave.adopted)
  }
  const columns = new Map([...gives].map(([level, given]) => [level, [...given].sort()]))
  const drafts: Drafts = new Map()
  for (const member of members) enter(drafts, member, columns, marks)
  return {
    gives: Object.fromEntries(columns),
    items: itemsOf(drafts),
    keys: roots,
    ...(marks.size === 0 ? {} : { adopted: Object.fromEntries(marks) }),
  }
}

/** An item while it is put together. */
interface Draft {
  readonly digests: Array<Digest | "">
  readonly tasks: Map<string, MoreOfTask>
  readonly failed: Array<string>
  readonly groups: Map<string, Drafts>
}
type Drafts = Map<string, Draft>

function enter(
  drafts: Drafts,
  { task, gave }: Member,
  columns: ReadonlyMap<string, ReadonlyArray<string>>,
  marks: ReadonlyMap<string, Adopted>,
): void {
  const { name, scope } = task.inside!
  const way = Object.entries(scope)
  let level = ""
  let inside = drafts
  let draft: Draft | undefined
  for (const [i, [group, item]] of way.entries()) {
    level = i === 0 ? group : `${level}/${group}`
    if (draft !== undefined) inside = memo(draft.groups, group, () => new Map())
    const width = columns.get(level)?.length ?? 0
    draft = memo(inside, String(item), () => ({
      ...{ digests: Array<"">(width).fill(""), tasks: new Map(), failed: [], groups: new Map() },
    }))
  }
  if (gave === undefined) {
    draft!.failed.push(name)
    return
  }
  for (const [i, column] of columns.get(level)!.entries())
    if (taskOf(column) === name) draft!.digests[i] = gave.outputs[outputOf(column)] ?? ""
  const { outputs: _, contents, adopted, ...rest } = gave
  const usual = marks.get(`${level} ${name}`)
  const isUsual = canonical(adopted ?? null) === canonical(usual ?? null)
  const more: MoreOfTask = {
    ...rest,
    ...(Object.keys(contents).length === 0 ? {} : { contents }),
    ...(isUsual ? {} : { adopted: adopted ?? null }),
  }
  if (Object.keys(more).length > 0) draft!.tasks.set(name, more)
}

const itemsOf = (drafts: Drafts): LockedItems =>
  Object.fromEntries(
    [...drafts].map(([item, { digests, tasks, failed, groups }]) => {
      const more: More = {
        ...(tasks.size === 0 ? {} : { tasks: Object.fromEntries(tasks) }),
        ...(failed.length === 0 ? {} : { failed: failed.sort() }),
        ...(groups.size === 0
          ? {}
          : {
              groups: Object.fromEntries([...groups].map(([name, inside]) => [name, itemsOf(inside)])),
            }),
      }
      return [item, Object.keys(more).length === 0 ? digests : [...digests, more]]
    }),
  )

const taskOf = (column: string): string => column.slice(0, column.indexOf(" "))
const outputOf = (column: string): string => column.slice(column.indexOf(" ") + 1)

/** A task of a group as its line names it. */
export interface NamedMember {
  readonly label: TaskLabel
  readonly group: string
  readonly gave: Gave | "failed"
}

/** What the lines of groups say of their tasks. */
export class Members {
  readonly #groups: Readonly<Record<string, LockedGroup>>
  /** By group, level and task, where its digests stand. */
  readonly #places = new Map<string, ReadonlyArray<readonly [at: number, output: string]>>()

  constructor(groups: Readonly<Record<string, LockedGroup>>) {
    this.#groups = groups
  }

  /** What a line says of a task: nothing, that it failed, or what it gave. */
  find({ name, scope }: Inside): Gave | "failed" | undefined {
    const way = Object.entries(scope)
    const group = own(this.#groups, way[0]![0])
    const item = group && itemAt(group.items, way)
    return item && this.#gave(group, Object.keys(scope), item, name)
  }

  /** All of them. */
  *all(): Generator<NamedMember, void, void> {
    for (const [name, group] of Object.entries(this.#groups))
      for (const [scope, item] of itemsIn(group.items, [name], {})) {
        const level = Object.keys(scope)
        const names = new Set([
          ...(own(group.gives, level.join("/")) ?? []).map(taskOf),
          ...(moreOf(item).failed ?? []),
        ])
        for (const task of names) {
          const gave = this.#gave(group, level, item, task)
          if (gave !== undefined) yield { label: labelInside({ name: task, scope }), group: name, gave }
        }
      }
  }

  #gave(group: LockedGroup, groups: ReadonlyArray<string>, item: LockedItem, name: string) {
    const more = moreOf(item)
    if (more.failed?.includes(name)) return "failed"
    const level = groups.join("/")
    const outputs: Array<readonly [string, Digest]> = []
    for (const [at, output] of this.#placesOf(group, level, name))
      if (item[at] !== "" && item[at] !== undefined) outputs.push([output, item[at] as Digest])
    if (outputs.length === 0) return undefined
    const { adopted = own(group.adopted ?? {}, `${level} ${name}`), ...rest } =
      own(more.tasks ?? {}, name) ?? {}
    const gave: Gave = {
      contents: {},
      ...rest,
      outputs: Object.fromEntries(outputs),
      ...(adopted === undefined || adopted === null ? {} : { adopted }),
    }
    return gave
  }

  #placesOf(group: LockedGroup, level: string, name: string) {
    const columns = own(group.gives, level) ?? []
    return memo(this.#places, `${level} ${name}`, () =>
      columns.flatMap((column, i) => (taskOf(column) === name ? [[i, outputOf(column)] as const] : [])),
    )
  }
}

const own = <A>(fields: Readonly<Record<string, A>>, name: string): A | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined

const moreOf = (item: LockedItem): More => {
  const last = item.at(-1)
  return typeof last === "object" ? last : {}
}

/** @param way the items that lead there, each with its group, the outermost first */
function itemAt(items: LockedItems, way: ReadonlyArray<readonly [string, unknown]>): LockedItem | undefined {
  let inside: LockedItems | undefined = items
  let found: LockedItem | undefined
  for (const [i, [group, item]] of way.entries()) {
    if (i > 0) inside = found && own(moreOf(found).groups ?? {}, group)
    found = inside && own(inside, String(item))
  }
  return found
}

/** Every item of a line with those that it stands in. */
function* itemsIn(
  items: LockedItems,
  groups: ReadonlyArray<string>,
  outer: Inside["scope"],
): Generator<readonly [Inside["scope"], LockedItem], void, void> {
  for (const [name, item] of Object.entries(items)) {
    const scope = { ...outer, [groups.at(-1)!]: name }
    yield [scope, item]
    for (const [group, inside] of Object.entries(moreOf(item).groups ?? {}))
      yield* itemsIn(inside, [...groups, group], scope)
  }
}

export function isLockedGroup(value: unknown): value is LockedGroup {
  const { gives, items, keys, adopted = {} } = fieldsOf(value) ?? {}
  const [levels, marks] = [fieldsOf(gives), fieldsOf(adopted)]
  return (
    levels !== undefined &&
    Object.values(levels).every(isListOf) &&
    areTexts(keys) &&
    marks !== undefined &&
    Object.values(marks).every(isAdopted) &&
    areItems(items)
  )
}

const areItems = (items: unknown): boolean => {
  const fields = fieldsOf(items)
  return fields !== undefined && Object.values(fields).every(isItem)
}

function isItem(item: unknown): boolean {
  if (!Array.isArray(item)) return false
  const last: unknown = item.at(-1)
  const isMore = typeof last === "object"
  return isListOf(isMore ? item.slice(0, -1) : item) && (!isMore || areMore(last))
}

function areMore(value: unknown): boolean {
  const { tasks = {}, failed = [], groups = {} } = fieldsOf(value) ?? { tasks: null }
  const [byTask, byGroup] = [fieldsOf(tasks), fieldsOf(groups)]
  return (
    byTask !== undefined &&
    byGroup !== undefined &&
    isListOf(failed) &&
    Object.values(byGroup).every(areItems) &&
    Object.values(byTask).every((more) => {
      const { contents = {}, adopted, ...rest } = fieldsOf(more) ?? { contents: null }
      return (
        fieldsOf(contents) !== undefined && isBeside({ ...rest, ...(adopted === null ? {} : { adopted }) })
      )
    })
  )
}
