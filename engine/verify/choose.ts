// Which tasks are recomputed: drawn by a seed, all of them, or one by its name. Pure.
import { digestOf } from "../content/digest.ts"
import type { Lock } from "../lock/lock-file.ts"
import type { PlannedTask } from "../plan/plan.ts"

/** What to run again: a task whole, or one link of its chain. */
export interface Chosen {
  readonly task: PlannedTask
  readonly link: number | undefined
}

/**
 * `N` tasks in an order that the seed decides, of each chained one a single link; or all, whole; or what
 * `LABEL` and `LABEL#LINK` name.
 */
export function choose(
  tasks: ReadonlyArray<PlannedTask>,
  lock: Lock,
  wanted: string,
  seed: string,
): ReadonlyArray<Chosen> | undefined {
  if (wanted === "all") return tasks.map((task) => ({ task, link: undefined }))
  if (/^[1-9][0-9]*$/.test(wanted)) {
    const order = [...tasks].sort((a, b) =>
      digestOf(`${seed} ${a.label}`) < digestOf(`${seed} ${b.label}`) ? -1 : 1,
    )
    return order.slice(0, Number(wanted)).map((task) => {
      const links = lock.tasks[task.label]!.states?.length
      const draw = Number.parseInt(digestOf(`${seed} link ${task.label}`).slice(0, 8), 16)
      return { task, link: links === undefined ? undefined : 1 + (draw % links) }
    })
  }
  const [, label, link] = /^([^#]+)(?:#([1-9][0-9]*))?$/.exec(wanted) ?? []
  const task = tasks.find((each) => each.label === label)
  const links = lock.tasks[task?.label ?? ""]?.states?.length ?? 0
  if (task === undefined || (link !== undefined && Number(link) > links)) return undefined
  return [{ task, link: link === undefined ? undefined : Number(link) }]
}
