// Cases of dense layers: products in all their layouts, with and without zeros, and the transposition of kernels.
import { at, type Pointer, type Stride, stride } from "../../kernels/quantities.ts"
import type { Bench } from "../bench.ts"
import type { Cases } from "./cases.ts"

/** A matrix whose columns come in panels of eight, or in plain rows. */
interface Columns {
  readonly at: Pointer
  readonly row: Stride
  readonly panel: Stride
}

function columns(bench: Bench, rows: number, vectors: number, make: (floats: number) => Pointer): Columns {
  const panels = Math.ceil(vectors / 2)
  if (bench.below(2) === 0) {
    const row = bench.apart(panels * 32)
    return { at: make(Math.max(1, rows) * (row / 4)), row, panel: stride(32) }
  }
  const panel = bench.apart(rows * 32)
  return { at: make(panels * (panel / 4) + 8), row: stride(32), panel }
}

function product(bench: Bench): void {
  const m = bench.pick(1 + bench.below(20), 1 + bench.below(4))
  const vectors = bench.pick(1 + bench.below(30), 1 + bench.below(6))
  const k = bench.pick(bench.below(4), 1 + bench.below(40), 100 + bench.below(200))
  const isTurned = bench.below(2) === 0
  const long = bench.apart((isTurned ? m : k) * 4)
  const [strideI, strideK] = isTurned ? [stride(4), long] : [long, stride(4)]
  const a = bench.floats(Math.max(1, isTurned ? k : m) * (long / 4), bench.pick(0, 0, 30, 60, 90, 100))
  const b = columns(bench, k, vectors, (floats) => bench.floats(floats))
  const c = columns(bench, m, vectors, (floats) => bench.room(floats * 4))
  const bias = bench.perhaps(bench.floats(vectors * 4))
  const lists = bench.scratch(m * ((Math.min(k, 128) + 1) * 8 + 4))
  // biome-ignore format: one group of arguments a line
  bench.call("matrixProduct",
    a, strideI, strideK,
    b.at, b.row, b.panel,
    c.at, c.row, c.panel,
    m, vectors, k, bias)
  // biome-ignore format: one group of arguments a line
  bench.call("sparseProduct",
    a, strideI, strideK,
    b.at, b.row, b.panel,
    c.at, c.row, c.panel,
    m, vectors, k, bias, lists)
}

function kernelGradient(bench: Bench): void {
  const [shards, units, vectors] = [1 + bench.below(4), 1 + bench.below(6), 1 + bench.below(20)]
  const rows = 1 + bench.below(9)
  const row = bench.apart(vectors * 16)
  const capacity = stride((rows + 1) * 8)
  // A shard's rows, lists and ends, one after the other: words, of which rows are floats.
  const [listsAt, endsAt] = [rows * row, rows * row + units * capacity]
  const shard = bench.apart(endsAt + units * 4)
  const place = bench.floats((shards * shard) / 4)
  for (let s = 0; s < shards; s++)
    for (let unit = 0; unit < units; unit++) {
      const list = s * shard + listsAt + unit * capacity
      const entries = Array.from({ length: rows }, (_, i) => i * row).filter(() => bench.below(3) > 0)
      for (const [i, offset] of entries.entries()) bench.setWord(at(place, list + i * 8 + 4), offset)
      bench.setWord(at(place, s * shard + endsAt + unit * 4), place + list + entries.length * 8)
    }
  // biome-ignore format: one group of arguments a line
  bench.call("denseKernelGradient",
    place, at(place, listsAt), capacity, at(place, endsAt), shard, shards,
    units, vectors, bench.room(Math.ceil(vectors / 2) * units * 32))
}

function transposition(bench: Bench): void {
  const rows = bench.pick(1 + bench.below(20), 100 + bench.below(80))
  const columns = 4 * (1 + bench.below(9))
  const from = bench.floats(Math.ceil(columns / 8) * rows * 8)
  bench.call("transposePanels", from, rows, columns, bench.room(Math.ceil(rows / 8) * columns * 32))
}

export const dense: Cases = [
  [240, product],
  [60, kernelGradient],
  [30, transposition],
]
