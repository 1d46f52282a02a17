// Draws: what is random in projects and edits, all from one seed.
import { type Generator, generator, seedOf } from "../../ml/statistics/random.ts"

export class Dice {
  readonly #from: Generator

  constructor(...path: readonly [number, ...ReadonlyArray<string | number>]) {
    const [seed, ...further] = path
    this.#from = generator(seedOf(seed, ...further))
  }

  /** An integer in [0, n). */
  below(n: number): number {
    return this.#from.below(n)
  }

  /** An integer from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  chance(share: number): boolean {
    return this.#from.uniform() < share
  }

  pick<A>(from: ReadonlyArray<A>): A {
    return from[this.below(from.length)]!
  }

  /** Undefined when there is none. */
  maybe<A>(from: ReadonlyArray<A>): A | undefined {
    return from.length === 0 ? undefined : this.pick(from)
  }

  times<A>(least: number, most: number, make: (at: number) => A): ReadonlyArray<A> {
    return Array.from({ length: this.between(least, most) }, (_, at) => make(at))
  }

  shuffled<A>(from: ReadonlyArray<A>): ReadonlyArray<A> {
    const left = [...from]
    return from.map(() => left.splice(this.below(left.length), 1)[0]!)
  }

  /** Up to so many of them, each at most once. */
  some<A>(from: ReadonlyArray<A>, most: number): ReadonlyArray<A> {
    return this.shuffled(from).slice(0, this.between(0, Math.min(most, from.length)))
  }
}
