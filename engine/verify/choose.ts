// Which tasks are recomputed: drawn by a seed, all of them, or one by its name. Pure.
import { digestOf } from "../content/digest.ts"
import type { Lines } from "../lock/compare-locks.ts"
import type { PlannedTask } from "../plan/planned.ts"

/** What to run again: a task whole, or a part of its chain. */
export interface Chosen {
  readonly task: PlannedTask
  /** Of a chained task the links, ascending; undefined: all of them. */
  readonly links: ReadonlyArray<number> | undefined
  /** Whether what is made of the links is made again. */
  readonly finish: boolean
}

export const whole = (task: PlannedTask): Chosen => ({ task, links: undefined, finish: true })

/**
 * `N` tasks in an order that the seed decides, of each chained one a single link and what is made of all; or all, whole, in
 * that order too; or what `LABEL` and `LABEL#LINK` name, the latter that link alone.
 */
export function choose(
  tasks: ReadonlyArray<PlannedTask>,
  lines: Lines,
  wanted: string,
  seed: string,
): ReadonlyArray<Chosen> | undefined {
  if (wanted === "all") return inOrder(tasks, seed).map(whole)
  if (/^[1-9][0-9]*$/.test(wanted))
    return inOrder(tasks, seed)
      .slice(0, Number(wanted))
      .map((task) => {
        const links = lines[task.label]!.states?.length ?? 0
        const draw = Number.parseInt(digestOf(`${seed} link ${task.label}`).slice(0, 8), 16)
        return links === 0 ? whole(task) : { task, links: [1 + (draw % links)], finish: true }
      })
  const [, label, link] = /^([^#]+)(?:#([1-9][0-9]*))?$/.exec(wanted) ?? []
  const task = tasks.find((each) => each.label === label)
  const links = lines[task?.label ?? ""]?.states?.length ?? 0
  if (task === undefined || (link !== undefined && Number(link) > links)) return undefined
  return [link === undefined ? whole(task) : { task, links: [Number(link)], finish: false }]
}

/** An order that a seed decides. */
export function inOrder(tasks: ReadonlyArray<PlannedTask>, seed: string): ReadonlyArray<PlannedTask> {
  const places = new Map(tasks.map((task) => [task, digestOf(`${seed} ${task.label}`)]))
  return [...tasks].sort((a, b) => (places.get(a)! < places.get(b)! ? -1 : 1))
}
