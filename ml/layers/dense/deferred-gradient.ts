// The gradient of a large dense kernel, made only when the update wants it, a piece at a time; it knows no optimizer.
import type { Slot } from "../../kernels/parameters.ts"
import { at, type Count, rowOf, stride, VECTOR } from "../../kernels/quantities.ts"
import type { Activations, DeferredGradient, Output, Site } from "../parts/unit.ts"

/** Floats of a kernel, at the least: a gradient a shard would pass through no core's own cache. */
const LARGE = 1 << 18
/** Panels of eight inputs that are made together: their sums and what the update changes by them stay in a core's second cache. */
const PANELS = 4
/** Bytes of a panel's row: eight floats. */
const ROW = /* @__PURE__ */ rowOf(8)

/** What a shard leaves in the place of its gradient: the input's rows, each unit's list of entries, and where the lists end. */
function placesFor(rows: Count, input: Activations, units: Count) {
  const lists = rows * input.rowBytes
  // A list is written one entry beyond what counts.
  const capacity = stride((rows + 1) * 8)
  const ends = lists + units * capacity
  return { lists, capacity, ends, bytes: ends + units * 4 }
}

/** Whether the kernel is large, and what its gradient is made of is no larger. */
export function isDeferred({ rows }: Site, input: Activations, units: Count): boolean {
  const floats = input.size * units
  return floats >= LARGE && placesFor(rows, input, units).bytes <= floats * 4
}

/** Plans what it needs beside the place of the gradient itself. */
export function deferredGradient(
  site: Site,
  kernel: Slot,
  input: Activations,
  output: Output,
): DeferredGradient {
  const { kernels, arena, rows, scratch } = site
  const { size: units, rowBytes: strideY } = output
  const { lists, capacity, ends } = placesFor(rows, input, units)
  const offsets = arena.allocate(rows * strideY, "places of patches")
  for (let row = 0; row < rows; row++)
    arena.words(at(offsets, row * strideY), units).fill(row * input.rowBytes)
  const pieceBytes = PANELS * units * ROW
  scratch.reserve(pieceBytes)
  const pieceVectors = pieceBytes / VECTOR
  return {
    slot: kernel,
    pieces: Math.ceil(input.size / (8 * PANELS)),
    pieceVectors,
    keep: (count, gradients) => {
      const block = at(gradients, kernel.offset)
      // biome-ignore format: one group of arguments a line
      kernels.copyRows(
        input.values, input.rowBytes, input.rowBytes, block, input.rowBytes, input.rowBytes,
        1, 1, count * input.rowBytes)
      // biome-ignore format: one group of arguments a line
      kernels.entriesByChannel(
        output.gradient, 0, offsets, count, strideY, 1, units,
        at(block, lists), capacity, at(block, ends))
    },
    make: (blocks, shards, piece) => {
      const block = at(blocks.first, kernel.offset)
      const from = piece * PANELS
      const vectors = Math.min(PANELS * 2, input.rowBytes / VECTOR - from * 2)
      // biome-ignore format: one group of arguments a line
      kernels.denseKernelGradient(
        at(block, from * ROW), at(block, lists), capacity, at(block, ends), blocks.stride, shards,
        units, vectors, scratch.at)
      const whole = Math.ceil(vectors / 2) * units * ROW
      return {
        gradient: scratch.at,
        first: (kernel.offset + piece * pieceBytes) / VECTOR,
        vectors: whole / VECTOR,
      }
    },
  }
}
