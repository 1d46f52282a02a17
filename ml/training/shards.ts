// How the examples of a step are cut into shards, and which numbers of examples cannot be; it knows no maker.
import { type LayerShape, sizeOf } from "../layers/parts/shape.ts"
import { layersOf } from "./options.ts"
import type { TrainerOptions } from "./trainer.ts"

export interface Shard {
  /** The first of its rows within the step. */
  readonly start: number
  readonly rows: number
  /** Its rows against those of a full shard, at most 1. */
  readonly share: number
}

/** What of a trainer's options says how a step is cut. */
export type Cut = Pick<Required<TrainerOptions>, "batchSize" | "shards">

/** Over how many values of a channel a layer's statistics are measured, at the least: one has no variance. */
const LEAST = 2

export class Shards {
  /** Rows of a full shard: ⌈batchSize / shards⌉. */
  readonly rows: number
  /** Rows of a shard, at the most. */
  readonly most: number
  /** Rows of a shard, at the least, where a layer measures statistics; 0 where none does. */
  readonly #least: number
  /** The layer that needs so many. */
  readonly #measuring: string

  constructor(options: Cut, layers: ReadonlyArray<LayerShape>) {
    const needs = layers.filter(isMeasuring).map(({ name, input }) => ({ name, rows: rowsFor(input) }))
    const { name, rows } = needs.reduce((most, need) => (need.rows > most.rows ? need : most), {
      name: "",
      rows: 0,
    })
    this.#measuring = name
    this.#least = rows
    this.rows = Math.ceil(options.batchSize / options.shards)
    this.most = Math.min(options.batchSize, Math.max(this.rows, 2 * rows - 1))
    this.check(options.batchSize, `take a batchSize of at least ${rows}`)
  }

  /** Whether a row's output depends on the rows of its shard. */
  get areMeasured(): boolean {
    return this.#least > 0
  }

  isPossible(examples: number): boolean {
    return examples >= this.#least
  }

  /** Throws RangeError for a step of so few examples that a layer's statistics would say nothing; `remedy` says what to do. */
  check(examples: number, remedy = `take at least ${this.#least}`): void {
    if (this.isPossible(examples)) return
    throw new RangeError(
      `${this.#measuring} cannot be trained on a step of ${examples} example, as one value a channel has no variance: ${remedy}`,
    )
  }

  /** How many shards a step of so many examples has. */
  count(examples: number): number {
    const full = Math.ceil(examples / this.rows)
    return this.#least === 0 ? full : Math.max(1, Math.min(full, Math.floor(examples / this.#least)))
  }

  /**
   * Shard `index` of such a step. Where a layer measures statistics rows differ by one at most, longer shards first; else every
   * shard but the last is full.
   */
  at(examples: number, index: number): Shard {
    const { start, rows } = this.areMeasured
      ? even(examples, this.count(examples), index)
      : { start: index * this.rows, rows: Math.min(this.rows, examples - index * this.rows) }
    return { start, rows, share: Math.min(1, rows / this.rows) }
  }

  of(examples: number): ReadonlyArray<Shard> {
    return Array.from({ length: this.count(examples) }, (_, index) => this.at(examples, index))
  }
}

/** Throws RangeError for an epoch of so many examples with a step that cannot be made, before any is. */
export function checkEpoch(options: Required<TrainerOptions>, examples: number): void {
  const { batchSize } = options
  const rest = examples % batchSize
  if (rest === 0) return
  const shards = new Shards(options, layersOf(options))
  const other = [batchSize + 1, batchSize - 1].find(
    (size) => shards.isPossible(size) && shards.isPossible(examples % size || size),
  )
  shards.check(
    rest,
    `of ${examples} examples a batchSize of ${batchSize} leaves it to the last step of an epoch; take ${other === undefined ? "another one, or more examples" : `${other}`}`,
  )
}

const isMeasuring = ({ parameters }: LayerShape): boolean =>
  parameters.some(({ role }) => role === "statistic")

/** Rows that have enough values of each channel of an input. */
const rowsFor = (input: LayerShape["input"]): number => Math.ceil(LEAST / (sizeOf(input) / input.at(-1)!))

function even(examples: number, count: number, index: number): { start: number; rows: number } {
  const rows = Math.floor(examples / count)
  const longer = examples % count
  return { start: index * rows + Math.min(index, longer), rows: index < longer ? rows + 1 : rows }
}
