// Where the items of a job leave their results, for the thread that handed the job out; it knows nothing of how they are computed.
import type { Arena } from "../kernels/arena.ts"
import { at, type Count, type Pointer } from "../kernels/quantities.ts"

/** Where an item leaves each of its results. */
export interface ItemPlaces {
  readonly outputs: Pointer
  readonly predicted: Pointer
  readonly correct: Pointer
}

export interface JobResultsOptions {
  /** Items of any job. */
  readonly items: Count
  /** Items of a job of prediction, and examples of one. */
  readonly runs: Count
  readonly rows: Count
  /** The width of the network's output. */
  readonly width: Count
}

export class JobResults {
  readonly #arena: Arena
  readonly #options: JobResultsOptions
  readonly #losses: Pointer
  readonly #correct: Pointer
  readonly #outputs: Pointer
  readonly #predicted: Pointer

  constructor(arena: Arena, options: JobResultsOptions) {
    const { items, runs, rows, width } = options
    this.#arena = arena
    this.#options = options
    this.#losses = arena.allocate(items * 8, "team")
    this.#correct = arena.allocate(items * 4, "team")
    this.#outputs = arena.allocate(runs * rows * width * 4, "team")
    this.#predicted = arena.allocate(runs * rows, "team")
  }

  places(item: number): ItemPlaces {
    const { rows, width } = this.#options
    return {
      outputs: at(this.#outputs, item * rows * width * 4),
      predicted: at(this.#predicted, item * rows),
      correct: at(this.#correct, item * 4),
    }
  }

  setLoss(item: number, loss: number): void {
    this.#arena.f64[this.#losses / 8 + item] = loss
  }

  loss(item: number): number {
    return this.#arena.f64[this.#losses / 8 + item]!
  }

  correct(item: number): number {
    return this.#arena.u32[this.#correct / 4 + item]!
  }

  /** Of the first `examples`, rows × width: every run but a job's last is full, so they lie without gaps. */
  outputs(examples: Count): Float32Array {
    return this.#arena.floats(this.#outputs, examples * this.#options.width)
  }

  /** The most probable classes, likewise. */
  predicted(examples: Count): Uint8Array {
    return this.#arena.bytes(this.#predicted, examples)
  }
}
