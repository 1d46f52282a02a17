// Today's keys of the tasks of groups against what a lock says of these groups: it has one root for each stage, and no key. Pure.
import type { Digest } from "../content/digest.ts"
import { memo } from "../content/memo.ts"
import { fullName } from "../declare/task.ts"
import type { Resolution } from "../key/resolve.ts"
import type { PlannedTask } from "../plan/planned.ts"
import type { Difference } from "../report/differences.ts"
import { outermost, rootOf } from "./group-lines.ts"
import type { Lock } from "./lock-file.ts"

/** The tasks of one stage in one group. */
export interface StageInGroup {
  readonly group: string
  readonly stage: string
  readonly resolutions: Map<PlannedTask, Resolution>
  /** Whether the lock gives what is needed for the keys of all. */
  isWhole: boolean
}

export class GroupKeys {
  readonly #lock: Lock
  readonly #stages = new Map<string, StageInGroup>()
  readonly #moved = new Map<StageInGroup, boolean>()

  constructor(lock: Lock) {
    this.#lock = lock
  }

  /** @param resolution undefined where the lock does not give what its key is made of */
  add(task: PlannedTask, resolution: Resolution | undefined): void {
    const all = this.#of(task)
    if (resolution === undefined) all.isWhole = false
    else all.resolutions.set(task, resolution)
  }

  get all(): Iterable<StageInGroup> {
    return this.#stages.values()
  }

  /** Whether the keys are not those of the lock, or nobody can tell. */
  isMoved(task: PlannedTask): boolean {
    const all = this.#of(task)
    return memo(this.#moved, all, () => !all.isWhole || this.root(all) !== this.lockedRoot(all))
  }

  lockedRoot({ group, stage }: StageInGroup): Digest | undefined {
    const roots = this.#lock.groups[group]?.keys ?? {}
    return Object.hasOwn(roots, stage) ? roots[stage] : undefined
  }

  root({ resolutions }: StageInGroup): Digest {
    return rootOf(new Map([...resolutions].map(([{ label }, { key }]) => [label, key])))
  }

  #of(task: PlannedTask): StageInGroup {
    const [group, stage] = [outermost(task.inside!), fullName(task.node.stage)]
    return memo(this.#stages, `${group} ${stage}`, () => ({
      ...{ group, stage, resolutions: new Map(), isWhole: true },
    }))
  }
}

/** Differences of a group that are told one by one. */
const named = 20

/** As many of each group as a person reads, and how many there are beside these. */
export function bounded(
  differences: ReadonlyArray<readonly [group: string, difference: Difference]>,
): ReadonlyArray<Difference> {
  const counts = new Map<string, number>()
  const told: Array<Difference> = []
  for (const [group, difference] of differences) {
    const count = (counts.get(group) ?? 0) + 1
    counts.set(group, count)
    if (count <= named) told.push(difference)
  }
  for (const [group, count] of counts)
    if (count > named) told.push({ what: "more", task: group, differences: count - named })
  return told
}
