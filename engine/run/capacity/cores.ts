// How many cores each running task may use: those that would idle are divided among the tasks that can use several.
// Nothing of it is in a key or shows in a result.

import { CoreShare } from "../../worker/core-share.ts"

/** The cores of a run, among its running tasks. */
export class CoreShares {
  readonly #all: number
  /** With the cores that each has whatever else is idle. */
  readonly #shares = new Map<CoreShare, number>()

  /** @param all cores that the run may use together */
  constructor(all: number) {
    this.#all = all
  }

  /**
   * @param several whether the task can use more than one
   * @param declared of a task that says how many it takes: it has just these
   */
  join(several: boolean, declared?: number): CoreShare {
    const share = new CoreShare(several && declared === undefined)
    this.#shares.set(share, declared ?? 1)
    return share
  }

  leave(share: CoreShare): void {
    this.#shares.delete(share)
    share.onChange(undefined)
  }

  /** To be called when every task that could start has: what is idle now stays so until one ends. */
  divide(): void {
    const shares = [...this.#shares.keys()]
    const counts = divided(
      this.#all,
      shares.map((share) => ({ several: share.several, own: this.#shares.get(share)! })),
    )
    // Who has to give up cores hears of it first.
    for (const [i, share] of shares.entries()) if (counts[i]! < share.cores) share.set(counts[i]!)
    for (const [i, share] of shares.entries()) share.set(counts[i]!)
  }
}

/** Cores for each task, in order: its own, and the idle ones to those that can use several, evenly. */
export function divided(
  all: number,
  tasks: ReadonlyArray<{ readonly several: boolean; readonly own: number }>,
): ReadonlyArray<number> {
  const able = tasks.filter(({ several }) => several).length
  const idle = Math.max(
    0,
    tasks.reduce((left, { own }) => left - own, all),
  )
  let nth = 0
  return tasks.map(({ several, own }) =>
    several ? own + Math.floor(idle / able) + (nth++ < idle % able ? 1 : 0) : own,
  )
}
