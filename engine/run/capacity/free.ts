// What of a run's cores, memory, mutexes and limits is free. Amounts alone: it knows no task and no order.
import { type Needs, usualTokens } from "./needs.ts"

/** Cores, and bytes of memory. */
export interface Amounts {
  readonly cores: number
  readonly memory: number
}

export class Free {
  readonly all: Amounts
  #cores: number
  #memory: number
  readonly #tokens: Map<string, number>

  /** @param atOnce of each token how many there are; of those that are not named as many as usual */
  constructor(all: Amounts, atOnce: Iterable<readonly [token: string, most: number]>) {
    this.all = all
    this.#cores = all.cores
    this.#memory = all.memory
    this.#tokens = new Map(atOnce)
  }

  get amounts(): Amounts {
    return { cores: this.#cores, memory: this.#memory }
  }

  tokens(name: string): number {
    return this.#tokens.get(name) ?? usualTokens(name)
  }

  take({ cores, memory, tokens }: Needs): void {
    this.#cores -= cores
    this.#memory -= memory
    for (const token of tokens) this.#tokens.set(token, this.tokens(token) - 1)
  }

  give({ cores, memory, tokens }: Needs): void {
    this.#cores += cores
    this.#memory += memory
    for (const token of tokens) this.#tokens.set(token, this.tokens(token) + 1)
  }
}

/** Whether so much is enough. */
export const covers = (free: Amounts, { cores, memory }: Amounts): boolean =>
  cores <= free.cores && memory <= free.memory

export const plus = (a: Amounts, b: Amounts): Amounts => ({
  cores: a.cores + b.cores,
  memory: a.memory + b.memory,
})

export const minus = (a: Amounts, b: Amounts): Amounts => ({
  cores: a.cores - b.cores,
  memory: a.memory - b.memory,
})
