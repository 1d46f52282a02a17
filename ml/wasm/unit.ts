/** What a compiled part of a network is to the model that runs it; it knows no layer in particular. */
import type { Kernels } from "../kernels/kernels.ts"
import type { Seed } from "../training/random.ts"
import type { Arena } from "./arena.ts"
import type { Parameters } from "./parameters.ts"
import type { Scratch } from "./scratch.ts"

/** Values between two units for the rows of one shard: each row contiguous, its end padded to a vector with zeros. */
export interface Activations {
  /** Values of a row. */
  readonly size: number
  /** Bytes from row to row. */
  readonly rowBytes: number
  readonly values: number
  /** The loss's gradient, laid out alike; 0 where nobody asks for it. */
  readonly gradient: number
}

/** Where the network's input pixels go; their rows may lie within margins. */
export interface InputLayout {
  readonly at: number
  readonly imageBytes: number
  readonly rowBytes: number
}

/** Which masks to draw: the shard of a step of an epoch. */
export interface Moment {
  epoch: number
  step: number
  shard: number
}

export interface Unit {
  readonly output: Activations
  /** Where a first unit wants the pixels, if not plainly in its input. */
  readonly layout?: InputLayout
  /** Lays out weights for the kernels, after they have changed. */
  prepare?(): void
  /** Takes in what training on the first `shards` shards of a step left, in their order, once all are done. */
  settle?(shards: number): void
  /** `training` is absent where dropout is off. */
  forward(rows: number, training: Moment | undefined): void
  /** From the output's gradient to the input's, and to those of parameters in the shard's block at `gradients`. */
  backward(rows: number, gradients: number): void
}

/** What units are built with. */
export interface Site {
  readonly kernels: Kernels
  readonly arena: Arena
  readonly parameters: Parameters
  readonly scratch: Scratch
  /** Rows of a shard. */
  readonly rows: number
  /** Shards of a step. */
  readonly shards: number
  /** The seed of (seed, stream), from the trainer's options. */
  readonly stream: Seed
}

/** Room for the rows of a shard, and for their gradient if it is wanted. */
export function activations(
  site: Site,
  size: number,
  gradient: boolean,
  purpose: "input" | "maps" = "maps",
): Activations {
  const rowBytes = vectors(size) * 16
  const bytes = site.rows * rowBytes
  return {
    size,
    rowBytes,
    values: site.arena.allocate(bytes, purpose),
    gradient: gradient ? site.arena.allocate(bytes, "gradients of maps") : 0,
  }
}

/** How many vectors of four floats hold `size` values. */
export const vectors = (size: number): number => Math.ceil(size / 4)
