// What threads are asked to do: the kinds of jobs, and the arguments that all items of one have in common.
import type { Arena } from "../kernels/arena.ts"
import { type Pointer, pointer } from "../kernels/quantities.ts"

/** Kinds of jobs. */
export const JOB = {
  /** Gradients and loss of a step: an item a shard. */
  shard: 0,
  /** Loss and predictions: an item a run of examples. */
  run: 1,
  /** The update of the weights: an item a part of the parameters. */
  update: 2,
} as const

/** The places of a job's arguments, by name. */
export const SHARD = { version: 0, images: 1, labels: 2, batch: 3, epoch: 4, step: 5 } as const
/** `count` examples from `first` on, of `total` over which the loss is a mean. */
export const RUN = { version: 0, images: 1, labels: 2, first: 3, count: 4, total: 5 } as const
/** The optimizer's own numbers come after these. */
export const UPDATE = { shards: 0, optimizer: 1 } as const

type Place<P extends Readonly<Record<string, number>>> = P[keyof P]

/** Numbers that a job has room for. */
const NUMBERS = 8

/** The arguments of the job at hand, in memory that all threads see. */
export class JobArguments {
  readonly #arena: Arena
  readonly #first: number

  constructor(arena: Arena) {
    this.#arena = arena
    this.#first = arena.allocate(NUMBERS * 8, "team") / 8
  }

  /** Every argument of a job under its name. */
  write<P extends Readonly<Record<string, number>>>(
    places: P,
    values: { readonly [N in keyof P]: number },
  ): void {
    for (const name in places) this.#arena.f64[this.#first + places[name]!] = values[name]
  }

  writeUpdate(shards: number, optimizer: ArrayLike<number>): void {
    this.#arena.f64[this.#first + UPDATE.shards] = shards
    this.#arena.f64.set(optimizer, this.#first + UPDATE.optimizer)
  }

  number(place: Place<typeof SHARD> | Place<typeof RUN> | Place<typeof UPDATE>): number {
    return this.#arena.f64[this.#first + place]!
  }

  place(place: Place<typeof SHARD> | Place<typeof RUN>): Pointer {
    return pointer(this.number(place))
  }

  optimizer(): Float64Array {
    return this.#arena.f64.subarray(this.#first + UPDATE.optimizer, this.#first + NUMBERS)
  }
}
