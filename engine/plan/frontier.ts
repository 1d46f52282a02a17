// The frontier of a plan: which of its steps have all that they wait for settled. Pure bookkeeping; it runs nothing.

export class Frontier<S extends object> {
  readonly #settled = new Set<S>()
  readonly #waiting = new Map<S, number>()
  readonly #dependents = new Map<S, Array<S>>()

  /** A step joins. @returns whether it waits for nothing */
  add(step: S, upstream: ReadonlyArray<S>): boolean {
    const unsettled = upstream.filter((other) => !this.#settled.has(other))
    for (const other of unsettled) {
      const dependents = this.#dependents.get(other)
      if (dependents === undefined) this.#dependents.set(other, [step])
      else dependents.push(step)
    }
    if (unsettled.length > 0) this.#waiting.set(step, unsettled.length)
    return unsettled.length === 0
  }

  /** Says that a step is settled. @returns the steps that this makes ready */
  settle(step: S): ReadonlyArray<S> {
    this.#settled.add(step)
    const dependents = this.#dependents.get(step) ?? []
    this.#dependents.delete(step)
    return dependents.filter((dependent) => {
      const left = this.#waiting.get(dependent)! - 1
      if (left > 0) this.#waiting.set(dependent, left)
      else this.#waiting.delete(dependent)
      return left === 0
    })
  }
}
