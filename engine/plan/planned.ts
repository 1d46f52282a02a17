// What a plan holds: tasks, and groups whose tasks are known once their list is. Types, and what tells them apart.
import type { Json } from "../content/canonical.ts"
import type { TaskLabel } from "../content/digest.ts"
import type {
  Axes,
  ChoiceNode,
  GroupNode,
  GroupPlace,
  OptionalOutput,
  Output,
  TaskNode,
} from "../declare/task.ts"

/** Where a task stands in groups. */
export interface Inside {
  /** Its label without the items: what it is called for each of them. */
  readonly name: string
  /** The items, by the names of their groups, the outermost first. */
  readonly scope: Axes
}

/** What a step takes. */
interface Taking {
  /** What it needs, as inputs or through bound params, and may need as choices come out. */
  readonly upstream: ReadonlyArray<PlannedStep>
  /** What of that it needs whatever any choice comes to. */
  readonly sure: ReadonlyArray<PlannedStep>
  /** What upstream values decide on: the outputs that it takes. */
  readonly choices: ReadonlyArray<ChoiceNode>
}

export interface PlannedTask extends Taking {
  readonly label: TaskLabel
  readonly node: TaskNode
  readonly stage: string
  /** As they enter its key; undefined while some are bound. */
  readonly params: Json | undefined
  /** Of what the body of a group wires. */
  readonly inside?: Inside
  /** Its own outputs, by name, that decide a bound param of another, a choice, or what a group is made of. */
  readonly decisive: ReadonlySet<string>
}

/** `upstream` is what gives its list: a task, or the group that it goes along with. */
export interface PlannedGroup extends Taking {
  readonly _tag: "Group"
  /** Its name; of a group inside another one, with the item there: `inner@outer=item`. */
  readonly label: TaskLabel
  readonly node: GroupNode
  /** Of the items that it stands in. */
  readonly axes: Axes
}

export type PlannedStep = PlannedTask | PlannedGroup

export const isGroup = (step: PlannedStep): step is PlannedGroup => "_tag" in step

/** Whether a group stands in no other. */
export const isOutermost = ({ axes }: PlannedGroup): boolean => Object.keys(axes).length === 0

/** One item of a list. */
export interface Item {
  /** As it stands in a value list; of a folder, the name of the file. */
  readonly listed: Json
  /** What it is called: its text, or its canonical bytes. */
  readonly name: string
  /** What a body is given. */
  readonly given: unknown
}

/** A group whose list is known. */
export interface Opened {
  readonly entries: ReadonlyArray<{ readonly item: Item; readonly value: unknown }>
  /** All that its bodies wire, upstream first. */
  readonly steps: ReadonlyArray<PlannedStep>
  /** Of these and others, what gives the outputs that its bodies return. */
  readonly ends: ReadonlyArray<PlannedTask>
}

/** A named result: one output of one task. Of what stands in an array (`single` false) the task's label is the name. */
export interface NamedOutput {
  readonly name: string
  readonly output: Output<string>
  readonly single: boolean
}

/** A named result that an upstream value decides on: one of several outputs, or none. */
export interface NamedChoice {
  readonly name: string
  readonly output: Output<string> | OptionalOutput<string>
  readonly single: boolean
}

/** A named result that a group gives: one output of a task for each item, or several. */
export interface NamedGroup {
  readonly name: string
  readonly place: GroupPlace
}

/** The tasks whose outputs one takes, those of groups too. */
export const tasksUpstream = (
  { upstream }: Pick<PlannedTask, "upstream">,
  { opened }: { readonly opened: (group: PlannedGroup) => Opened | undefined },
): ReadonlyArray<PlannedTask> =>
  upstream.flatMap((step) => (isGroup(step) ? (opened(step)?.ends ?? []) : [step]))

/** The names of the stages of tasks. */
export const stagesOf = (tasks: ReadonlyArray<PlannedTask>): ReadonlyArray<string> => [
  ...new Set(tasks.map(({ stage }) => stage)),
]
