// Gradient of a part of a dense layer's kernel over all shards at once; it knows nothing of optimizers.
import { Count, Pointer, Stride, Vectors } from '../quantities'

/**
 * Σ over shards, in order, of each one's sum over its entries of gradient × row, for all units and the 4 · vectors inputs from
 * `x` on. What belongs to the next shard lies shardStride bytes on: rows of inputs at `x`, the units' lists of (gradient f32,
 * row offset i32) as entriesByChannel makes them, `capacity` bytes apart, and their `ends`.
 * Writes panels of two vectors [panel][unit][8]; what fills an odd last panel is zero.
 */
export function denseKernelGradient(
  x: Pointer, lists: Pointer, capacity: Stride, ends: Pointer, shardStride: Stride, shards: Count,
  units: Count, vectors: Vectors, to: Pointer,
): void {
  const panel = units << 5
  for (let unit = 0; unit < units; unit++) {
    for (let s = 0; s < shards; s++) {
      const offset = s * shardStride
      const list = lists + offset
      const end = load<usize>(ends + offset)
      let from = x + offset
      let into = to
      let left = vectors
      for (; left >= 8; left -= 8) {
        fourPanels(from, list, end, s != 0, into, panel)
        from += 128
        into += panel << 2
      }
      for (; left > 0; left -= 2) {
        onePanel(from, list, end, s != 0, into, left == 1)
        from += 32
        into += panel
      }
    }
    lists += capacity
    ends += 4
    to += 32
  }
}

/** A shard's sums for eight vectors; they are added to what is there unless it is the first. */
function fourPanels(x: Pointer, list: Pointer, end: Pointer, adds: bool, to: Pointer, panel: Stride): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0
  let s4 = s0, s5 = s0, s6 = s0, s7 = s0
  for (; list != end; list += 8) {
    const g = v128.load32_splat(list)
    const p = x + load<i32>(list, 4)
    s0 = f32x4.add(s0, f32x4.mul(g, v128.load(p)))
    s1 = f32x4.add(s1, f32x4.mul(g, v128.load(p, 16)))
    s2 = f32x4.add(s2, f32x4.mul(g, v128.load(p, 32)))
    s3 = f32x4.add(s3, f32x4.mul(g, v128.load(p, 48)))
    // Never so: it parts the body, whose loads together would not fit the registers (V8 of Node 20).
    if (!p) break
    s4 = f32x4.add(s4, f32x4.mul(g, v128.load(p, 64)))
    s5 = f32x4.add(s5, f32x4.mul(g, v128.load(p, 80)))
    s6 = f32x4.add(s6, f32x4.mul(g, v128.load(p, 96)))
    s7 = f32x4.add(s7, f32x4.mul(g, v128.load(p, 112)))
  }
  put(to, s0, s1, adds)
  put(to += panel, s2, s3, adds)
  put(to += panel, s4, s5, adds)
  put(to + panel, s6, s7, adds)
}

/** Likewise for two vectors, or the first of them. */
function onePanel(x: Pointer, list: Pointer, end: Pointer, adds: bool, to: Pointer, single: bool): void {
  let a = f32x4.splat(0), b = a
  for (; list != end; list += 8) {
    const g = v128.load32_splat(list)
    const p = x + load<i32>(list, 4)
    a = f32x4.add(a, f32x4.mul(g, v128.load(p)))
    b = f32x4.add(b, f32x4.mul(g, v128.load(p, 16)))
  }
  put(to, a, single ? f32x4.splat(0) : b, adds)
}

// @ts-ignore: decorator
@inline
function put(to: Pointer, first: v128, second: v128, adds: bool): void {
  v128.store(to, adds ? f32x4.add(v128.load(to), first) : first)
  v128.store(to, adds ? f32x4.add(v128.load(to, 16), second) : second, 16)
}
