// What threads are asked to do: the kinds of jobs, and the numbers that the items of one are told.
import type { Arena } from "../kernels/arena.ts"
import { type Pointer, pointer } from "../kernels/quantities.ts"

/** Kinds of jobs; what is in brackets is what they are told, and their items. */
export const JOB = {
  /** Gradients and loss [version of the weights, images, labels, examples of the batch, epoch, step], an item a shard. */
  shard: 0,
  /** Loss and predictions [version, images, labels, first example, examples, of so many in all], an item a run. */
  run: 1,
  /** The update [shards, numbers of the optimizer …], an item a part of the parameters. */
  update: 2,
} as const

/** Numbers that a job is told. */
const NUMBERS = 8

/** Those numbers, in memory that all threads see. */
export class Told {
  readonly #arena: Arena
  readonly #first: number

  constructor(arena: Arena) {
    this.#arena = arena
    this.#first = arena.allocate(NUMBERS * 8, "team") / 8
  }

  tell(numbers: ArrayLike<number>): void {
    this.#arena.f64.set(numbers, this.#first)
  }

  number(i: number): number {
    return this.#arena.f64[this.#first + i]!
  }

  place(i: number): Pointer {
    return pointer(this.number(i))
  }

  /** The numbers from the `i`-th on. */
  from(i: number): Float64Array {
    return this.#arena.f64.subarray(this.#first + i, this.#first + NUMBERS)
  }
}
