// Where tasks, groups and choices stand, and what each place can see: what stands there before, and around it.
import {
  type ChoiceModel,
  formOf,
  type Graph,
  type GroupModel,
  type Place,
  type TaskModel,
  type Wire,
} from "./model.ts"

export const bodyOf = ({ id }: GroupModel): Place => `g${id}`

export const branchesOf = ({ id, wanted }: ChoiceModel): ReadonlyArray<Place> =>
  wanted === undefined ? [`c${id}.0`, `c${id}.1`] : [`c${id}.0`]

/** The group or choice that a place is of; undefined for the experiment itself. */
export function ownerOf({ groups, choices }: Graph, at: Place): GroupModel | ChoiceModel | undefined {
  const [, kind, id] = /^([gc])(\d+)/.exec(at) ?? []
  return (kind === "g" ? groups : choices).find((one) => one.id === Number(id))
}

/** The places around one, itself first, each with what stands there before it. */
function* outward(graph: Graph, at: Place, id: number): Generator<readonly [Place, number]> {
  let [place, before] = [at, id]
  for (;;) {
    yield [place, before]
    const owner = ownerOf(graph, place)
    if (owner === undefined) return
    ;[place, before] = [owner.at, owner.id]
  }
}

/** The groups that a place stands in, the innermost first. */
export const enclosing = (graph: Graph, at: Place): ReadonlyArray<GroupModel> =>
  [...outward(graph, at, 0)].flatMap(([place]) => {
    const owner = place.startsWith("g") ? ownerOf(graph, place) : undefined
    return owner !== undefined && "over" in owner ? [owner] : []
  })

export const depthOf = (graph: Graph, at: Place): number => [...outward(graph, at, 0)].length - 1

export const placesOf = ({ groups, choices }: Graph): ReadonlyArray<Place> => [
  "",
  ...groups.map(bodyOf),
  ...choices.flatMap(branchesOf),
]

/** The last task at a place: what a branch gives. */
export const lastAt = ({ tasks }: Graph, at: Place): TaskModel =>
  tasks.filter((task) => task.at === at).at(-1)!

type Of = Extract<Wire, { group: number }>

/** What a task at a place can take; what may fail only where that is said. */
export interface Around {
  readonly tasks: ReadonlyArray<TaskModel>
  readonly grouped: ReadonlyArray<Of>
  /** Of groups of which some may fail, too. */
  readonly settled: ReadonlyArray<Of>
  readonly choices: ReadonlyArray<ChoiceModel>
  /** Groups around it, by what their items are. */
  readonly numbers: ReadonlyArray<GroupModel>
  readonly files: ReadonlyArray<GroupModel>
  readonly outputs: ReadonlyArray<GroupModel>
}

export function around(graph: Graph, at: Place, id: number): Around {
  const seen = [...outward(graph, at, id)]
  const isSeen = (one: { at: Place; id: number }): boolean =>
    seen.some(([place, before]) => one.at === place && one.id < before)
  const isSafe = (task: TaskModel): boolean => !formOf(graph, task).refuses
  const settled = graph.groups.filter(isSeen).flatMap((group) => tasksIn(graph, group))
  const groups = enclosing(graph, at)
  return {
    tasks: graph.tasks.filter((task) => isSeen(task) && isSafe(task)),
    grouped: settled.filter(({ group }) =>
      graph.tasks.every((task) => task.at !== `g${group}` || isSafe(task)),
    ),
    settled,
    choices: graph.choices.filter(isSeen),
    numbers: groups.filter(({ over }) => "list" in over),
    files: groups.filter(({ over }) => "folder" in over),
    outputs: groups.filter(({ over }) => "group" in over),
  }
}

const tasksIn = ({ tasks }: Graph, group: GroupModel): ReadonlyArray<Of> =>
  tasks.flatMap(({ id, at }) => (at === bodyOf(group) ? [{ group: group.id, task: id }] : []))

/** Whether anything takes what a task gives, or would give nothing without it. */
export function isWanted(graph: Graph, { id, at }: TaskModel): boolean {
  const wires = graph.tasks.flatMap(({ inputs }) =>
    inputs.flatMap(([, wire]) => (isMany(wire) ? wire.map(([, one]) => one) : [wire])),
  )
  const givens = graph.tasks.flatMap(({ params }) => params.map(([, given]) => given))
  return (
    wires.some((wire) => "task" in wire && wire.task === id) ||
    givens.some((given) => "boundTo" in given && given.boundTo === id) ||
    graph.groups.some(({ over }) =>
      "list" in over ? over.list === id : "task" in over && over.task === id,
    ) ||
    graph.choices.some(({ on }) => on === id) ||
    graph.tasks.filter((task) => task.at === at).length === 1
  )
}

/** Whether a role is given several artifacts, each under a name. */
export const isMany = (
  wire: TaskModel["inputs"][number][1],
): wire is ReadonlyArray<readonly [string, Wire]> => Array.isArray(wire)
