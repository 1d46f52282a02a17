// What a compiled part of a network is to the model that runs it, and how a layer makes its own; it knows no layer in particular.
import type { Arena } from "../../kernels/arena.ts"
import type { Parameters, Slot } from "../../kernels/parameters.ts"
import {
  type Count,
  type OptionalPointer,
  type Pointer,
  rowOf,
  type Stride,
  type Vectors,
} from "../../kernels/quantities.ts"
import type { Scratch } from "../../kernels/scratch.ts"
import type { Kernels } from "../../kernels/signatures.ts"
import type { Seed } from "../../statistics/random.ts"
import type { Moment } from "./moment.ts"
import type { AnyLayer, LayerShape } from "./shape.ts"

/** Values between two units for the rows of one shard: each row contiguous, its end padded to a vector with zeros. */
export interface Activations {
  /** Values of a row. */
  readonly size: number
  /** From row to row. */
  readonly rowBytes: Stride
  readonly values: Pointer
  /** The loss's gradient, laid out alike; 0 where nobody asks for it. */
  readonly gradient: OptionalPointer
}

/** What a unit puts out: its gradient is always asked for. */
export interface Output extends Activations {
  readonly gradient: Pointer
}

/** Where the network's input pixels go; their rows may lie within margins. */
export interface InputLayout {
  readonly at: Pointer
  readonly imageBytes: Stride
  readonly rowBytes: Stride
}

/** A shard of a step that is done. */
export interface ShardOfStep {
  readonly rows: Count
  /** Its rows against those of a full shard, at most 1. */
  readonly share: number
}

/** The shards' blocks of gradients, the first one and the way to the next. */
export interface GradientBlocks {
  readonly first: Pointer
  readonly stride: Stride
}

/**
 * A gradient that shards do not write: each keeps, in its place, what it is made of, and the update has it made in pieces that stay
 * in a core's cache.
 */
export interface DeferredGradient {
  readonly slot: Slot
  /** Pieces, and vectors of a piece; the last one may have fewer. */
  readonly pieces: Count
  readonly pieceVectors: Vectors
  /** Keeps what a shard's gradient is made of, in its block. */
  keep(rows: Count, gradients: Pointer): void
  /** Makes a piece: the sum over shards, which stays where it is until the next one is made. */
  make(blocks: GradientBlocks, shards: Count, piece: number): Piece
}

/** A part of a gradient, for the `vectors` vectors of the parameters from vector `first` on. */
interface Piece {
  readonly gradient: Pointer
  readonly first: Vectors
  readonly vectors: Vectors
}

export interface Unit {
  readonly output: Output
  /** Where a first unit wants the pixels, if not plainly in its input. */
  readonly layout?: InputLayout
  /** The gradients of the maps that it takes besides its input, in their order, laid out alike: there after `backward`. */
  readonly back?: ReadonlyArray<Pointer>
  /** The gradient that `backward` leaves to be made later. */
  readonly deferred?: DeferredGradient
  /** Lays out weights for the kernels, after they have changed. */
  prepare?(): void
  /** Takes in what training on the shards of a step left, in their order, once all are done. */
  settle?(shards: ReadonlyArray<ShardOfStep>): void
  /** `training` is absent where nothing is trained: dropout is off then, and batch normalization uses its running statistics. */
  forward(rows: Count, training: Moment | undefined): void
  /** From the output's gradient to the input's, and to those of parameters in the shard's block at `gradients`. */
  backward(rows: Count, gradients: Pointer): void
}

/** What units are built with. */
export interface Site {
  readonly kernels: Kernels
  readonly arena: Arena
  readonly parameters: Parameters
  readonly scratch: Scratch
  /** Rows of a shard, at the most. */
  readonly rows: number
  /** Shards of a step. */
  readonly shards: number
  /** The seed of (seed, stream), from the trainer's options. */
  readonly stream: Seed
}

/** A layer's place in the network that is planned. */
export interface Place<L extends AnyLayer> {
  readonly shape: LayerShape<L>
  /** The layers before it, and those after it that it could take in: none beyond one whose output is taken later. */
  readonly before: ReadonlyArray<LayerShape>
  readonly after: ReadonlyArray<LayerShape>
  readonly input: Activations
  /** What the earlier layers gave that it names, in their order. */
  readonly taken: ReadonlyArray<Activations>
  /** The input is pixels, and nobody asks for its gradient. */
  readonly first: boolean
}

/** The unit, absent where there is nothing to compute. */
export interface Planned {
  readonly unit?: Unit
  /** How many layers this computes: the layer's own, and those after it that it takes in. */
  readonly takes: number
}

/** Plans every buffer of a layer's unit, and decides which kernels compute it. */
export type UnitMaker<L extends AnyLayer> = (site: Site, place: Place<L>) => Planned

/** Room for the rows of a shard, and for their gradient if it is wanted. */
export function activations(site: Site, size: number, gradient: true): Output
export function activations(
  site: Site,
  size: number,
  gradient: boolean,
  purpose: "input" | "maps",
): Activations
export function activations(
  site: Site,
  size: number,
  gradient: boolean,
  purpose: "input" | "maps" = "maps",
): Activations {
  const rowBytes = rowOf(size)
  const bytes = site.rows * rowBytes
  return {
    size,
    rowBytes,
    values: site.arena.allocate(bytes, purpose),
    gradient: gradient ? site.arena.allocate(bytes, "gradients of maps") : 0,
  }
}
