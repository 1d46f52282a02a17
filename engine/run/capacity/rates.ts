// How many attempts at the tasks of a group start in any minute. By a clock that it is given; it waits for nothing.

const minute = 60

interface Group {
  readonly most: number
  /** When attempts of the last minute started, and when those that were promised a start will; the earliest first. */
  readonly starts: Array<number>
}

export class Rates {
  readonly #now: () => number
  readonly #groups: ReadonlyMap<string, Group>

  /** @param now seconds on a clock that never goes back */
  constructor(perMinute: Iterable<readonly [group: string, most: number]>, now: () => number) {
    this.#now = now
    this.#groups = new Map([...perMinute].map(([name, most]) => [name, { most, starts: [] }]))
  }

  /** How many more of a group may start now. */
  left(group: string): number {
    const { most, starts } = this.#groups.get(group)!
    const since = this.#now() - minute
    while (starts.length > 0 && starts[0]! <= since) starts.shift()
    return most - starts.length
  }

  /** Seconds until one of all these groups may start: 0 where it may now. */
  wait(groups: ReadonlyArray<string>): number {
    let longest = 0
    for (const group of groups) {
      if (this.left(group) > 0) continue
      const { most, starts } = this.#groups.get(group)!
      longest = Math.max(longest, starts[starts.length - most]! + minute - this.#now())
    }
    return longest
  }

  /** One of these groups starts as soon as it may: no later one is given its place. @returns the seconds that it is to wait */
  promise(groups: ReadonlyArray<string>): number {
    const wait = this.wait(groups)
    const at = this.#now() + wait
    for (const group of groups) {
      const { starts } = this.#groups.get(group)!
      const after = starts.findIndex((start) => start > at)
      starts.splice(after < 0 ? starts.length : after, 0, at)
    }
    return wait
  }
}
