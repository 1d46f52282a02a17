// Examples in a WebAssembly memory, as bytes; it knows nothing of networks.
import type { Arena } from "../kernels/arena.ts"
import type { Pointer } from "../kernels/quantities.ts"
import { copyExamples, countExamples, type Examples } from "../training/attached.ts"
import { exampleBytes } from "../training/options.ts"
import type { Dataset, TrainerOptions } from "../training/trainer.ts"

export interface Attached extends Dataset {
  /** Where the images start. */
  readonly images: Pointer
  /** Where the labels start. */
  readonly labels: Pointer
}

/** Copies examples in; throws RangeError when lengths, labels or rows do not fit. */
export function attachExamples(
  arena: Arena,
  options: TrainerOptions,
  examples: Examples,
  rows?: Uint32Array,
): Attached {
  const count = countExamples(options, examples, rows)
  const bytes = count * exampleBytes(options)
  const images = arena.allocate(bytes, "examples")
  const labels = arena.allocate(count, "examples")
  copyExamples(examples, rows, { images: arena.bytes(images, bytes), labels: arena.bytes(labels, count) })
  return { count, images, labels }
}
