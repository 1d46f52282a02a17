// What waits for a place to run: longest first, and of those that nobody knows anything about the earliest declared.

export class LongestFirst<A> {
  readonly #waiting: Array<{ readonly item: A; readonly seconds: number }> = []

  /** @param seconds that it is expected to take; the unknown goes first, as it may be long */
  add(item: A, seconds: number = Number.MAX_VALUE): void {
    let [from, to] = [0, this.#waiting.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.#waiting[middle]!.seconds < seconds) to = middle
      else from = middle + 1
    }
    this.#waiting.splice(from, 0, { item, seconds })
  }

  take(): A | undefined {
    return this.#waiting.shift()?.item
  }
}
