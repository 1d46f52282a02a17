// Wires the same once for each of several seeds, and finds out which of its tasks take the seed. It draws no random number.
import { DeclarationError } from "../declaration-error.ts"
import type { TaskNode } from "../task.ts"
import { valueText } from "../value-text.ts"
import { mostTasks, noteTask, wired } from "../wiring.ts"
import { WiringIds } from "./wiring-ids.ts"

/** What a body returned, for each seed in their order: an array, whose tasks are cells. */
export interface Repeats<R> extends ReadonlyArray<R> {
  /** Something of each under its seed, such as an output: what a role `many(kind)` takes. */
  readonly by: <V>(pick: (each: R, seed: number) => V) => Readonly<Record<string, V>>
}

/**
 * The same wiring once for each seed: `repeat(5, (seed) => fit({ seed }, { rows }))`. Tasks that differ by the seed get it as an axis of
 * their label, `fit@seed=3`; one that does not is a single task, that all share. Keys and labels are those of the same tasks written out.
 *
 * @param seeds how many, which are 1, 2, 3, …, or the seeds themselves: whole numbers, none twice
 * @param body pure: it is also called to see what differs, for seeds that are not among these, and only what it returns counts
 * @param axis another name of the axis, for a repeat inside a repeat
 * @throws DeclarationError for seeds that are none, or a task that has such an axis of another value
 */
/* @__NO_SIDE_EFFECTS__ */
export function repeat<R>(
  seeds: number | ReadonlyArray<number>,
  body: (seed: number) => R,
  axis = "seed",
): Repeats<R> {
  const all = seedsOf(seeds)
  const shared = sharedBy(all, body)
  const each = all.map((seed) => within(shared.placing(axis, seed), () => body(seed)))
  const by: Repeats<R>["by"] = (pick) =>
    Object.fromEntries(each.map((one, i) => [`${all[i]}`, pick(one, all[i]!)]))
  return Object.defineProperty(each, "by", { value: by }) as unknown as Repeats<R>
}

function seedsOf(given: number | ReadonlyArray<number>): ReadonlyArray<number> {
  const refused = (why: string): DeclarationError =>
    new DeclarationError(`repeat(${valueText(given)}, …): ${why}`)
  if (typeof given === "number") {
    if (!Number.isInteger(given) || given < 1 || given > mostTasks)
      throw refused("how many seeds is wanted, a whole number from 1, or a list of seeds")
    return Array.from({ length: given }, (_, i) => i + 1)
  }
  if (!Array.isArray(given) || given.length === 0) throw refused("a list of at least one seed is wanted")
  const wrong = given.find((seed) => !Number.isSafeInteger(seed) || Object.is(seed, -0))
  if (wrong !== undefined) throw refused(`the seed ${valueText(wrong)} is no whole number`)
  const seen = new Set<number>()
  const twice = given.find((seed) => seen.size === seen.add(seed).size)
  if (twice !== undefined) throw refused(`the seed ${twice} is given twice; leave one of them out`)
  return given
}

type Place = (node: TaskNode) => TaskNode

/** What becomes of a task that the wiring at hand declares; repeats inside repeats each have their say, the inner one first. */
let place: Place = (node) => {
  noteTask(node)
  return node
}

/** The task that a call of a stage declares: of a body that is repeated perhaps one of an earlier seed. */
export const placed = (node: TaskNode): TaskNode => place(node)

/** Declares what `wire` does, each task changed before it is placed. */
export function changing<A>(change: (node: TaskNode) => TaskNode, wire: () => A): A {
  const outer = place
  return within((node) => outer(change(node)), wire)
}

function within<A>(inner: Place, wire: () => A): A {
  const outer = place
  place = inner
  try {
    return wire()
  } finally {
    place = outer
  }
}

/** Tasks that were declared to see what differs: none of them may be wired to. */
const trials = new WeakSet<TaskNode>()
export const isTrial = (node: TaskNode): boolean => trials.has(node)

/** Seeds of a list for which a body is tried; what differs for a later one alone is told apart there. */
const mostTried = 32

/** Which tasks of a body are the same for every seed. */
interface Shared {
  readonly placing: (axis: string, seed: number) => Place
}

function sharedBy(seeds: ReadonlyArray<number>, body: (seed: number) => unknown): Shared {
  const wirings = new WiringIds()
  const counts = new Map<number, number>()
  let runs = 0
  const tried = (seed: number): void => {
    const found = new Set<number>()
    const see: Place = (node) => {
      noteTask(node)
      trials.add(node)
      found.add(wirings.idOf(node))
      return node
    }
    wired(() => within(see, () => body(seed)))
    runs++
    for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  for (const seed of seeds.slice(0, mostTried)) tried(seed)
  for (const seed of others(seeds)) unlessItThrows(() => tried(seed))
  const isShared = (id: number): boolean => runs > 1 && counts.get(id) === runs
  return placedBy(wirings, isShared)
}

/** Seeds beside those that are given: else a single one could tell nothing, and one more might rename the first. */
function others(seeds: ReadonlyArray<number>): ReadonlyArray<number> {
  const taken = new Set(seeds)
  const found: Array<number> = []
  for (let seed = 1; found.length < 2; seed++) if (!taken.has(seed)) found.push(seed)
  return found
}

/** A body that knows only the seeds that it is given, such as from a table, is judged by those. */
function unlessItThrows(attempt: () => void): void {
  try {
    attempt()
  } catch {}
}

function placedBy(wirings: WiringIds, isShared: (id: number) => boolean): Shared {
  const outer = place
  const first = new Map<number, { readonly node: TaskNode; readonly seed: number }>()
  return {
    placing: (axis, seed) => (node) => {
      const id = wirings.idOf(node)
      const earlier = first.get(id)
      if (earlier !== undefined && earlier.seed !== seed) return earlier.node
      const own = outer(isShared(id) ? node : onAxis(node, axis, seed))
      wirings.know(own, id)
      if (isShared(id) && earlier === undefined) first.set(id, { node: own, seed })
      return own
    },
  }
}

function onAxis(node: TaskNode, axis: string, seed: number): TaskNode {
  const given = node.axes?.[axis] ?? node.repeats?.[axis]
  if (given !== undefined && String(given) !== String(seed))
    throw new DeclarationError(
      `${node.stage.stageName}: repeat gives its tasks the axis ${axis}=${seed}, and one has ${axis}=${given} already: name one of them otherwise, repeat(seeds, body, "another name")`,
    )
  return { ...node, repeats: { ...node.repeats, [axis]: seed } }
}
