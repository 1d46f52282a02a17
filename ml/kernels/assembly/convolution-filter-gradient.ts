/** Gradient of a convolution's filters from lists of live entries; it knows neither strides nor pools. */
import { keepLanes } from './lanes'

/**
 * Per filter, the sum over its entries of gradient × patch: `kernelHeight` runs of `run` floats, `rowStride` bytes apart
 * in the images at `x`. Writes rows [filter][ky][run padded to vectors with zeros].
 * The lists are those of entriesByChannel. Each tile of sums stays in registers along a whole list.
 */
export function convolutionFilterGradient(
  x: usize, rowStride: i32, lists: usize, capacity: i32, ends: usize,
  kernelHeight: i32, run: i32, filters: i32, out: usize,
): void {
  const vectors = (run + 3) >> 2
  const outRow = vectors << 4
  for (let c = 0; c < filters; c++) {
    const list = lists + c * capacity
    const end = load<usize>(ends + (c << 2))
    let to = out + c * kernelHeight * outRow
    let row = x
    let ky = 0
    if (vectors == 2) {
      const lanes = run - 4
      for (; ky + 3 <= kernelHeight; ky += 3) {
        threeByTwo(list, end, row, rowStride, to, lanes)
        row += 3 * rowStride
        to += 3 * outRow
      }
      for (; ky + 2 <= kernelHeight; ky += 2) {
        twoByTwo(list, end, row, rowStride, to, lanes)
        row += 2 * rowStride
        to += 2 * outRow
      }
    }
    for (; ky < kernelHeight; ky++) {
      let v = 0
      for (; v + 4 <= vectors; v += 4) byFour(list, end, row + (v << 4), to + (v << 4), run - (v << 2) - 12)
      for (; v < vectors; v++) byOne(list, end, row + (v << 4), to + (v << 4), run - (v << 2))
      row += rowStride
      to += outRow
    }
  }
}

/** Three rows of two vectors, the second of `lanes` floats. */
function threeByTwo(list: usize, end: usize, x: usize, rowStride: i32, to: usize, lanes: i32): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0
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
function twoByTwo(list: usize, end: usize, x: usize, rowStride: i32, to: usize, lanes: i32): void {
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0
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

/** One row of four vectors, the last of `lanes` floats. */
function byFour(list: usize, end: usize, x: usize, to: usize, lanes: i32): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0
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
function byOne(list: usize, end: usize, x: usize, to: usize, lanes: i32): void {
  let a = f32x4.splat(0)
  for (; list != end; list += 8) {
    a = f32x4.add(a, f32x4.mul(v128.load32_splat(list), v128.load(x + load<i32>(list, 4))))
  }
  v128.store(to, keepLanes(a, lanes))
}
