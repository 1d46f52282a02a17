// How many attempts at the tasks of a group start in any minute. By a clock that it is given; it waits for nothing.

const minute = 60

interface Group {
  readonly most: number
  /** When attempts of the last minute started, and when those that were promised a start will; the earliest first. */
  readonly starts: Array<number>
  /** How many have started of which nobody knows yet when their call is made: each counts until it is over, and a minute more. */
  held: number
}

export class Rates {
  readonly #now: () => number
  readonly #groups: ReadonlyMap<string, Group>

  /** @param now seconds on a clock that never goes back */
  constructor(perMinute: Iterable<readonly [group: string, most: number]>, now: () => number) {
    this.#now = now
    this.#groups = new Map([...perMinute].map(([name, most]) => [name, { most, starts: [], held: 0 }]))
  }

  /** So many seconds ago attempts at its tasks ended, in whatever order, before anything of this run starts. */
  earlier(group: string, ages: ReadonlyArray<number>): void {
    const { starts } = this.#groups.get(group)!
    for (const age of [...ages].sort((a, b) => b - a)) starts.push(this.#now() - age)
  }

  /** How many more of a group may start now. */
  left(group: string): number {
    const { most, starts, held } = this.#groups.get(group)!
    const since = this.#now() - minute
    while (starts.length > 0 && starts[0]! <= since) starts.shift()
    return most - starts.length - held
  }

  /** Seconds until one of all these groups may start: 0 where it may now, Infinity where something that is held must end before. */
  wait(groups: ReadonlyArray<string>): number {
    let longest = 0
    for (const group of groups) {
      if (this.left(group) > 0) continue
      const { most, starts, held } = this.#groups.get(group)!
      const frees = starts[starts.length + held - most] ?? Number.POSITIVE_INFINITY
      longest = Math.max(longest, frees + minute - this.#now())
    }
    return longest
  }

  /** One of these groups starts as soon as it may: no later one is given its place. @returns the seconds that it is to wait */
  promise(groups: ReadonlyArray<string>): number {
    const wait = Math.min(this.wait(groups), minute)
    const at = this.#now() + wait
    for (const group of groups) {
      const { starts } = this.#groups.get(group)!
      const after = starts.findIndex((start) => start > at)
      starts.splice(after < 0 ? starts.length : after, 0, at)
    }
    return wait
  }

  /** One starts that makes its call at some time until it is over. */
  hold(groups: ReadonlyArray<string>): void {
    for (const group of groups) this.#groups.get(group)!.held++
  }

  /** It is over: its call may have been made just now. */
  letGo(groups: ReadonlyArray<string>): void {
    for (const group of groups) {
      const of = this.#groups.get(group)!
      if (of.held === 0) continue
      of.held--
      const at = this.#now()
      const after = of.starts.findIndex((start) => start > at)
      of.starts.splice(after < 0 ? of.starts.length : after, 0, at)
    }
  }
}
