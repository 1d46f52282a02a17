// Examples in a WebAssembly memory, as bytes or floats; it knows nothing of networks.
import type { Values } from "../data/examples.ts"
import type { Arena } from "../kernels/arena.ts"
import { FLOAT, type Pointer } from "../kernels/quantities.ts"
import { sizeOf } from "../layers/parts/shape.ts"
import { copyExamples, countExamples, type Given } from "../training/attached.ts"
import type { Dataset, TrainerOptions } from "../training/trainer.ts"

/** Inputs that lie one after the other. */
export interface Inputs {
  /** Where they start. */
  readonly inputs: Pointer
  /** 1 where they are floats, 0 where they are bytes. */
  readonly areFloats: number
}

export interface Attached extends Dataset, Inputs {
  /** Where the labels start. */
  readonly labels: Pointer
}

/** Copies examples in; throws RangeError when lengths, labels or rows do not fit. */
export function attachExamples(
  arena: Arena,
  options: TrainerOptions,
  given: Given,
  rows?: Uint32Array,
): Attached {
  const count = countExamples(options, given, rows)
  const { inputs, values } = roomFor(arena, given.inputs, count * sizeOf(options.inputShape))
  const labels = arena.allocate(count, "examples")
  copyExamples(given, rows, { inputs: values, labels: arena.bytes(labels, count) })
  return { count, ...inputs, labels }
}

/** Room for `count` values like those given, and a view of it. */
export function roomFor(
  arena: Arena,
  like: Values,
  count: number,
): { readonly inputs: Inputs; readonly values: Values } {
  const isFloats = like instanceof Float32Array
  const inputs = arena.allocate(count * (isFloats ? FLOAT : 1), "examples")
  return {
    inputs: { inputs, areFloats: isFloats ? 1 : 0 },
    values: isFloats ? arena.floats(inputs, count) : arena.bytes(inputs, count),
  }
}
