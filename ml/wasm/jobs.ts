// What threads are asked to do: the kinds of jobs, each with the arguments that all its items share.
import type { Arena } from "../kernels/arena.ts"
import type { Count, Pointer } from "../kernels/quantities.ts"
import type { Rates } from "./updates.ts"

/** The examples that a job is about, and the weights. */
interface Examples {
  /** Moves with each change of the weights. */
  readonly version: number
  readonly inputs: Pointer
  readonly areFloats: number
  readonly targets: Pointer
}

/** Gradients and loss of a step's batch, an item a shard. */
interface ShardArguments extends Examples {
  /** Examples of the batch. */
  readonly batch: Count
  readonly epoch: number
  readonly step: number
}

/** Loss and predictions of some examples that lie together, an item a run of them. */
interface RunArguments extends Examples {
  readonly first: number
  readonly count: Count
  /** Examples of the whole evaluation, over which the loss is a mean. */
  readonly total: Count
}

/** The update of the weights, an item a part of them. */
interface UpdateArguments extends Rates {
  /** Shards whose gradients are added. */
  readonly shards: Count
}

/** A kind of job: its number, and how its arguments become numbers and are read again, in one order. */
export interface Job<A> {
  readonly kind: number
  write(given: A): ReadonlyArray<number>
  read(numbers: ArrayLike<number>): A
}

export const SHARD = job<ShardArguments>(0, {
  ...{ version: true, inputs: true, areFloats: true, targets: true },
  ...{ batch: true, epoch: true, step: true },
})

export const RUN = job<RunArguments>(1, {
  ...{ version: true, inputs: true, areFloats: true, targets: true },
  ...{ first: true, count: true, total: true },
})

export const UPDATE = job<UpdateArguments>(2, { shards: true, rate: true, corrected: true, correction: true })

/** `fields` has every argument of the job, so that none is forgotten. */
function job<A extends Readonly<Record<keyof A, number>>>(
  kind: number,
  fields: Readonly<Record<keyof A, true>>,
): Job<A> {
  const names = Object.keys(fields) as Array<keyof A>
  return {
    kind,
    write: (given) => names.map((name) => given[name]),
    read: (numbers) => Object.fromEntries(names.map((name, i) => [name, numbers[i]])) as A,
  }
}

/** Numbers of a job at the most. */
const NUMBERS = 8

/** The arguments of the job at hand, in memory that all threads see. */
export class JobArguments {
  readonly #arena: Arena
  readonly #first: number

  constructor(arena: Arena) {
    this.#arena = arena
    this.#first = arena.allocate(NUMBERS * 8, "team") / 8
  }

  write<A>(job: Job<A>, given: A): void {
    this.#arena.f64.set(job.write(given), this.#first)
  }

  read<A>(job: Job<A>): A {
    return job.read(this.#arena.f64.subarray(this.#first, this.#first + NUMBERS))
  }
}
