// What waits for a place to run: longest first, and of those that nobody knows anything about the earliest declared.

export class LongestFirst<A> {
  readonly #waiting: Array<{ readonly item: A; readonly seconds: number } | undefined> = []
  /** Where it begins: to shift a long list each time would move all of it. */
  #first = 0

  /** @param seconds that it is expected to take; the unknown goes first, as it may be long */
  add(item: A, seconds: number = Number.MAX_VALUE): void {
    let [from, to] = [this.#first, this.#waiting.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.#waiting[middle]!.seconds < seconds) to = middle
      else from = middle + 1
    }
    this.#waiting.splice(from, 0, { item, seconds })
  }

  get isEmpty(): boolean {
    return this.#first === this.#waiting.length
  }

  /** What `take` would give. */
  get first(): A | undefined {
    return this.#waiting[this.#first]?.item
  }

  take(): A | undefined {
    const taken = this.#waiting[this.#first]
    if (taken === undefined) return undefined
    this.#waiting[this.#first++] = undefined
    if (this.#first * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#first)
      this.#first = 0
    }
    return taken.item
  }
}
