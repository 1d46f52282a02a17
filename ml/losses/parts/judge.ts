// What a loss is to the model that it judges, on the memory of the kernels; it knows no loss in particular.
import type { Arena } from "../../kernels/arena.ts"
import type { Count, OptionalPointer, Pointer, Stride } from "../../kernels/quantities.ts"
import type { Kernels } from "../../kernels/signatures.ts"

/** What judges are built with. */
export interface Court {
  readonly kernels: Kernels
  readonly arena: Arena
  /** The width of the network's output. */
  readonly outputs: Count
}

/** The rows of one pass. */
export interface Judged {
  /** What the network gave, rows `rowBytes` apart. */
  readonly logits: Pointer
  readonly rowBytes: Stride
  readonly rows: Count
  /** Targets of all examples as they were attached; those of a row lie where `order` (u32) says. */
  readonly targets: Pointer
  readonly order: Pointer
  /** Examples over which the loss is a mean. */
  readonly batch: number
}

/** Where findings go. */
export interface Findings {
  /** The loss's gradient, laid out like the logits; 0 where nobody asks for it. */
  readonly gradient: OptionalPointer
  /** What the network says: rows × outputs floats, no padding; 0 likewise. */
  readonly outputs: OptionalPointer
  /** The first most probable class of each row, a byte, of a loss of classes; 0 likewise. */
  readonly predicted: OptionalPointer
  /** How many decisions were right, an i32: of classes one a row, of labels one each, of values none. */
  readonly correct: Pointer
}

/** Gives the loss, summed over the rows in float64. */
export type Judge = (judged: Judged, to: Findings) => number

/** Plans what a judge needs besides. */
export type JudgeMaker<L> = (loss: L, court: Court) => Judge
