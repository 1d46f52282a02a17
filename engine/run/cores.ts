// How many cores each running task may use: those that would idle are divided among the tasks that can use several.
// Nothing of it is in a key or shows in a result.

import { CoreShare } from "../worker/core-share.ts"

/** The cores of a run, among its running tasks. */
export class CoreShares {
  readonly #all: number
  readonly #shares = new Set<CoreShare>()

  /** @param all cores that the run may use together */
  constructor(all: number) {
    this.#all = all
  }

  join(several: boolean): CoreShare {
    const share = new CoreShare(several)
    this.#shares.add(share)
    return share
  }

  leave(share: CoreShare): void {
    this.#shares.delete(share)
    share.onChange(undefined)
  }

  /** To be called when every task that could start has: what is idle now stays so until one ends. */
  divide(): void {
    const shares = [...this.#shares]
    const counts = divided(
      this.#all,
      shares.map(({ several }) => several),
    )
    // Who has to give up cores hears of it first.
    for (const [i, share] of shares.entries()) if (counts[i]! < share.cores) share.set(counts[i]!)
    for (const [i, share] of shares.entries()) share.set(counts[i]!)
  }
}

/** Cores for each task, in order, by whether it can use several: one each, and the idle ones to those that can, evenly. */
export function divided(all: number, several: ReadonlyArray<boolean>): ReadonlyArray<number> {
  const able = several.filter((is) => is).length
  const idle = Math.max(0, all - several.length)
  let nth = 0
  return several.map((is) => (is ? 1 + Math.floor(idle / able) + (nth++ < idle % able ? 1 : 0) : 1))
}
