// Gradient of a convolution's filters from lists of live entries; it knows neither strides nor pools.
import { keepLanes } from './lanes'
import { Count, Pointer, Stride, Vectors } from './quantities'

/** Entries in a stretch: the patches of so many stay in a core's first cache while every row of the kernel meets them. */
const STRETCH = 128 << 3

/**
 * Per filter, the sum over its entries of gradient × patch: `kernelHeight` runs of `run` floats, `rowStride` bytes apart
 * in the images at `x`. Writes rows [filter][ky][run padded to vectors with zeros].
 * The lists are those of entriesByChannel. Each tile of sums stays in registers along a stretch of a list.
 */
export function convolutionFilterGradient(
  x: Pointer, rowStride: Stride, lists: Pointer, capacity: Stride, ends: Pointer,
  kernelHeight: Count, run: Count, filters: Count, out: Pointer,
): void {
  const vectors = (run + 3) >> 2
  const outRow = vectors << 4
  for (let c = 0; c < filters; c++) {
    const list = lists + c * capacity
    const end = load<usize>(ends + (c << 2))
    const to = out + c * kernelHeight * outRow
    let from = list
    do {
      const stop = min(end, from + STRETCH)
      stretch(from, stop, from != list, x, rowStride, kernelHeight, vectors, run, to, outRow)
      from = stop
    } while (from != end)
  }
}

/** What a filter's entries from `list` to `end` add to its sums, which start at zero unless `resumed`. */
// @ts-ignore: decorator
@inline
function stretch(
  list: Pointer, end: Pointer, resumed: bool,
  x: Pointer, rowStride: Stride,
  kernelHeight: Count, vectors: Vectors, run: Count,
  to: Pointer, outRow: Stride,
): void {
  let ky = 0
  if (vectors == 2) {
    const lanes = run - 4
    for (; ky + 3 <= kernelHeight; ky += 3) {
      threeByTwo(list, end, resumed, x, rowStride, to, lanes)
      x += 3 * rowStride
      to += 3 * outRow
    }
    for (; ky + 2 <= kernelHeight; ky += 2) {
      twoByTwo(list, end, resumed, x, rowStride, to, lanes)
      x += 2 * rowStride
      to += 2 * outRow
    }
  }
  for (; ky < kernelHeight; ky++) {
    let v = 0
    for (; v + 8 <= vectors; v += 8) byEight(list, end, resumed, x + (v << 4), to + (v << 4), run - (v << 2) - 28)
    for (; v + 4 <= vectors; v += 4) byFour(list, end, resumed, x + (v << 4), to + (v << 4), run - (v << 2) - 12)
    for (; v < vectors; v++) byOne(list, end, resumed, x + (v << 4), to + (v << 4), run - (v << 2))
    x += rowStride
    to += outRow
  }
}

/** Three rows of two vectors, the second of `lanes` floats. */
function threeByTwo(
  list: Pointer, end: Pointer, resumed: bool,
  x: Pointer, rowStride: Stride, to: Pointer, lanes: Count,
): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0
  if (resumed) {
    a0 = v128.load(to)
    a1 = v128.load(to, 16)
    b0 = v128.load(to, 32)
    b1 = v128.load(to, 48)
    c0 = v128.load(to, 64)
    c1 = v128.load(to, 80)
  }
  for (; list != end; list += 8) {
    const g = v128.load32_splat(list)
    const p = x + load<i32>(list, 4)
    a0 = f32x4.add(a0, f32x4.mul(g, v128.load(p)))
    a1 = f32x4.add(a1, f32x4.mul(g, v128.load(p, 16)))
    const q = p + rowStride
    b0 = f32x4.add(b0, f32x4.mul(g, v128.load(q)))
    b1 = f32x4.add(b1, f32x4.mul(g, v128.load(q, 16)))
    const r = q + rowStride
    c0 = f32x4.add(c0, f32x4.mul(g, v128.load(r)))
    c1 = f32x4.add(c1, f32x4.mul(g, v128.load(r, 16)))
  }
  v128.store(to, a0)
  v128.store(to, keepLanes(a1, lanes), 16)
  v128.store(to, b0, 32)
  v128.store(to, keepLanes(b1, lanes), 48)
  v128.store(to, c0, 64)
  v128.store(to, keepLanes(c1, lanes), 80)
}

/** Two rows of two vectors, the second of `lanes` floats. */
function twoByTwo(
  list: Pointer, end: Pointer, resumed: bool,
  x: Pointer, rowStride: Stride, to: Pointer, lanes: Count,
): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0
  if (resumed) {
    a0 = v128.load(to)
    a1 = v128.load(to, 16)
    b0 = v128.load(to, 32)
    b1 = v128.load(to, 48)
  }
  for (; list != end; list += 8) {
    const g = v128.load32_splat(list)
    const p = x + load<i32>(list, 4)
    a0 = f32x4.add(a0, f32x4.mul(g, v128.load(p)))
    a1 = f32x4.add(a1, f32x4.mul(g, v128.load(p, 16)))
    const q = p + rowStride
    b0 = f32x4.add(b0, f32x4.mul(g, v128.load(q)))
    b1 = f32x4.add(b1, f32x4.mul(g, v128.load(q, 16)))
  }
  v128.store(to, a0)
  v128.store(to, keepLanes(a1, lanes), 16)
  v128.store(to, b0, 32)
  v128.store(to, keepLanes(b1, lanes), 48)
}

/** One row of eight vectors, the last of `lanes` floats. */
function byEight(list: Pointer, end: Pointer, resumed: bool, x: Pointer, to: Pointer, lanes: Count): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0
  let a4 = a0, a5 = a0, a6 = a0, a7 = a0
  if (resumed) {
    a0 = v128.load(to)
    a1 = v128.load(to, 16)
    a2 = v128.load(to, 32)
    a3 = v128.load(to, 48)
    a4 = v128.load(to, 64)
    a5 = v128.load(to, 80)
    a6 = v128.load(to, 96)
    a7 = v128.load(to, 112)
  }
  for (; list != end; list += 8) {
    const g = v128.load32_splat(list)
    const p = x + load<i32>(list, 4)
    a0 = f32x4.add(a0, f32x4.mul(g, v128.load(p)))
    a1 = f32x4.add(a1, f32x4.mul(g, v128.load(p, 16)))
    a2 = f32x4.add(a2, f32x4.mul(g, v128.load(p, 32)))
    a3 = f32x4.add(a3, f32x4.mul(g, v128.load(p, 48)))
    // Never so: it parts the body, whose loads together would not fit the registers (V8 of Node 20).
    if (!p) break
    a4 = f32x4.add(a4, f32x4.mul(g, v128.load(p, 64)))
    a5 = f32x4.add(a5, f32x4.mul(g, v128.load(p, 80)))
    a6 = f32x4.add(a6, f32x4.mul(g, v128.load(p, 96)))
    a7 = f32x4.add(a7, f32x4.mul(g, v128.load(p, 112)))
  }
  v128.store(to, a0)
  v128.store(to, a1, 16)
  v128.store(to, a2, 32)
  v128.store(to, a3, 48)
  v128.store(to, a4, 64)
  v128.store(to, a5, 80)
  v128.store(to, a6, 96)
  v128.store(to, keepLanes(a7, lanes), 112)
}

/** One row of four vectors, the last of `lanes` floats. */
function byFour(list: Pointer, end: Pointer, resumed: bool, x: Pointer, to: Pointer, lanes: Count): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0
  if (resumed) {
    a0 = v128.load(to)
    a1 = v128.load(to, 16)
    a2 = v128.load(to, 32)
    a3 = v128.load(to, 48)
  }
  for (; list != end; list += 8) {
    const g = v128.load32_splat(list)
    const p = x + load<i32>(list, 4)
    a0 = f32x4.add(a0, f32x4.mul(g, v128.load(p)))
    a1 = f32x4.add(a1, f32x4.mul(g, v128.load(p, 16)))
    a2 = f32x4.add(a2, f32x4.mul(g, v128.load(p, 32)))
    a3 = f32x4.add(a3, f32x4.mul(g, v128.load(p, 48)))
  }
  v128.store(to, a0)
  v128.store(to, a1, 16)
  v128.store(to, a2, 32)
  v128.store(to, keepLanes(a3, lanes), 48)
}

/** One row of one vector of `lanes` floats. */
function byOne(list: Pointer, end: Pointer, resumed: bool, x: Pointer, to: Pointer, lanes: Count): void {
  let a = f32x4.splat(0)
  if (resumed) {
    a = v128.load(to)
  }
  for (; list != end; list += 8) {
    a = f32x4.add(a, f32x4.mul(v128.load32_splat(list), v128.load(x + load<i32>(list, 4))))
  }
  v128.store(to, keepLanes(a, lanes))
}
