// Examples in a WebAssembly memory, as bytes or floats; it knows nothing of networks.
import type { Values } from "../data/examples.ts"
import type { Arena } from "../kernels/arena.ts"
import { FLOAT, type Pointer } from "../kernels/quantities.ts"
import { sizeOf } from "../layers/parts/shape.ts"
import { copyExamples, countExamples, type Given, targetSize } from "../training/attached.ts"
import type { Dataset, TrainerOptions } from "../training/trainer.ts"

/** Inputs that lie one after the other. */
export interface Inputs {
  /** Where they start. */
  readonly inputs: Pointer
  /** 1 where they are floats, 0 where they are bytes. */
  readonly areFloats: number
}

export interface Attached extends Dataset, Inputs {
  /** Where the targets start. */
  readonly targets: Pointer
}

/** Copies examples in; throws RangeError when lengths, labels or rows do not fit. */
export function attachExamples(
  arena: Arena,
  options: Required<TrainerOptions>,
  given: Given,
  rows?: Uint32Array,
): Attached {
  const count = countExamples(options, given, rows)
  const size = count * targetSize(options)
  const inputs = placeFor(arena, given.inputs, count * sizeOf(options.inputShape))
  const targets = placeFor(arena, given.targets, size)
  const room = { inputs: inputs.values(), targets: targets.values() }
  copyExamples(given, rows, room, count)
  return { count, inputs: inputs.at, areFloats: inputs.areFloats, targets: targets.at }
}

/** Room for `count` values like those given; a view of it holds until the next allocation. */
export function placeFor(arena: Arena, like: Values, count: number) {
  const isFloats = like instanceof Float32Array
  const at = arena.allocate(count * (isFloats ? FLOAT : 1), "examples")
  return {
    at,
    areFloats: isFloats ? 1 : 0,
    values: (): Values => (isFloats ? arena.floats(at, count) : arena.bytes(at, count)),
  }
}
