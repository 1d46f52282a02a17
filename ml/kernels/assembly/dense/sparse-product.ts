// Dense layers' matrix product where the left factor has many zeros; it knows neither layers nor directions.
import { Count, OptionalPointer, Pointer, Stride, Vectors } from '../quantities'

/** Rows of b in a block: four panels of them stay in a core's first cache while all of a's rows meet them. */
const BLOCK = 128

/**
 * What matrixProduct gives, bit for bit, with zeros of `a` skipped: c[i, j] = Σₖ a[i, k] · b[k, j] (+ bias[j] unless 0) over the
 * k whose a[i, k] is not zero, in order. The arguments are those of matrixProduct. `lists` has room for m lists of
 * min(k, 128) + 1 entries of eight bytes, and m ends of four.
 */
export function sparseProduct(
  a: Pointer, strideI: Stride, strideK: Stride,
  b: Pointer, strideB: Stride, panelB: Stride,
  c: Pointer, strideC: Stride, panelC: Stride,
  m: Count, vectors: Vectors, k: Count, bias: OptionalPointer, lists: Pointer,
): void {
  const capacity = min(k, BLOCK) + 1 << 3
  const ends = lists + m * capacity
  for (let first = 0; first < k; first += BLOCK) {
    const count = min(k - first, BLOCK)
    listRows(a + first * strideK, strideI, strideK, m, count, strideB, lists, capacity, ends)
    const last = first + count == k
    let from = b + first * strideB
    let to = c
    let add = last ? bias : 0
    let left = vectors
    for (; left >= 8; left -= 8) {
      byEight(lists, capacity, ends, m, from, panelB, to, strideC, panelC, first, add)
      from += panelB << 2
      to += panelC << 2
      if (add) add += 128
    }
    if (left >= 4) {
      byFour(lists, capacity, ends, m, from, panelB, to, strideC, panelC, first, add)
      from += panelB << 1
      to += panelC << 1
      if (add) add += 64
      left -= 4
    }
    if (left >= 2) {
      byTwo(lists, capacity, ends, m, from, to, strideC, first, add)
      from += panelB
      to += panelC
      if (add) add += 32
      left -= 2
    }
    if (left) byOne(lists, capacity, ends, m, from, to, strideC, first, add)
  }
}

/** For each of m rows the list of (a[i, k] f32, k · strideB i32) where a[i, k] is not zero, and the list's end. */
// @ts-ignore: decorator
@inline
function listRows(
  a: Pointer, strideI: Stride, strideK: Stride, m: Count,
  count: Count, strideB: Stride, lists: Pointer, capacity: Stride, ends: Pointer,
): void {
  for (let i = 0; i < m; i++) {
    let from = a + i * strideI
    let to = lists + i * capacity
    const stop = count * strideB
    for (let row = 0; row != stop; row += strideB) {
      const value = load<f32>(from)
      store<f32>(to, value)
      store<i32>(to, row, 4)
      to += i32(value != 0) << 3
      from += strideK
    }
    store<usize>(ends + (i << 2), to)
  }
}

/** Eight vectors of c, in four panels, for each row; sums go on from c where `resumed`. */
function byEight(
  lists: Pointer, capacity: Stride, ends: Pointer, m: Count,
  b: Pointer, panelB: Stride,
  c: Pointer, strideC: Stride, panelC: Stride,
  resumed: i32, bias: OptionalPointer,
): void {
  for (let i = 0; i < m; i++) {
    const c1 = c + panelC, c2 = c1 + panelC, c3 = c2 + panelC
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0
    let s4 = s0, s5 = s0, s6 = s0, s7 = s0
    if (resumed) {
      s0 = v128.load(c)
      s1 = v128.load(c, 16)
      s2 = v128.load(c1)
      s3 = v128.load(c1, 16)
      s4 = v128.load(c2)
      s5 = v128.load(c2, 16)
      s6 = v128.load(c3)
      s7 = v128.load(c3, 16)
    }
    const end = load<usize>(ends + (i << 2))
    for (let entry = lists; entry != end; entry += 8) {
      const value = v128.load32_splat(entry)
      const p = b + load<i32>(entry, 4)
      s0 = f32x4.add(s0, f32x4.mul(value, v128.load(p)))
      s1 = f32x4.add(s1, f32x4.mul(value, v128.load(p, 16)))
      const q = p + panelB
      s2 = f32x4.add(s2, f32x4.mul(value, v128.load(q)))
      s3 = f32x4.add(s3, f32x4.mul(value, v128.load(q, 16)))
      // Never so: it parts the loop's body, whose loads together would not fit the registers (V8 of Node 20).
      if (!q) break
      const r = q + panelB
      s4 = f32x4.add(s4, f32x4.mul(value, v128.load(r)))
      s5 = f32x4.add(s5, f32x4.mul(value, v128.load(r, 16)))
      const s = r + panelB
      s6 = f32x4.add(s6, f32x4.mul(value, v128.load(s)))
      s7 = f32x4.add(s7, f32x4.mul(value, v128.load(s, 16)))
    }
    put(c, s0, s1, bias)
    put(c1, s2, s3, bias ? bias + 32 : 0)
    put(c2, s4, s5, bias ? bias + 64 : 0)
    put(c3, s6, s7, bias ? bias + 96 : 0)
    lists += capacity
    c += strideC
  }
}

/** Likewise four vectors, in two panels. */
function byFour(
  lists: Pointer, capacity: Stride, ends: Pointer, m: Count,
  b: Pointer, panelB: Stride,
  c: Pointer, strideC: Stride, panelC: Stride,
  resumed: i32, bias: OptionalPointer,
): void {
  for (let i = 0; i < m; i++) {
    const c1 = c + panelC
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0
    if (resumed) {
      s0 = v128.load(c)
      s1 = v128.load(c, 16)
      s2 = v128.load(c1)
      s3 = v128.load(c1, 16)
    }
    const end = load<usize>(ends + (i << 2))
    for (let entry = lists; entry != end; entry += 8) {
      const value = v128.load32_splat(entry)
      const p = b + load<i32>(entry, 4)
      s0 = f32x4.add(s0, f32x4.mul(value, v128.load(p)))
      s1 = f32x4.add(s1, f32x4.mul(value, v128.load(p, 16)))
      const q = p + panelB
      s2 = f32x4.add(s2, f32x4.mul(value, v128.load(q)))
      s3 = f32x4.add(s3, f32x4.mul(value, v128.load(q, 16)))
    }
    put(c, s0, s1, bias)
    put(c1, s2, s3, bias ? bias + 32 : 0)
    lists += capacity
    c += strideC
  }
}

/** Likewise a panel's two vectors. */
function byTwo(
  lists: Pointer, capacity: Stride, ends: Pointer, m: Count,
  b: Pointer, c: Pointer, strideC: Stride,
  resumed: i32, bias: OptionalPointer,
): void {
  for (let i = 0; i < m; i++) {
    let s0 = f32x4.splat(0), s1 = s0
    if (resumed) {
      s0 = v128.load(c)
      s1 = v128.load(c, 16)
    }
    const end = load<usize>(ends + (i << 2))
    for (let entry = lists; entry != end; entry += 8) {
      const value = v128.load32_splat(entry)
      const p = b + load<i32>(entry, 4)
      s0 = f32x4.add(s0, f32x4.mul(value, v128.load(p)))
      s1 = f32x4.add(s1, f32x4.mul(value, v128.load(p, 16)))
    }
    put(c, s0, s1, bias)
    lists += capacity
    c += strideC
  }
}

/** Likewise the first vector of a panel. */
function byOne(
  lists: Pointer, capacity: Stride, ends: Pointer, m: Count,
  b: Pointer, c: Pointer, strideC: Stride,
  resumed: i32, bias: OptionalPointer,
): void {
  for (let i = 0; i < m; i++) {
    let sum = resumed ? v128.load(c) : f32x4.splat(0)
    const end = load<usize>(ends + (i << 2))
    for (let entry = lists; entry != end; entry += 8) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(entry), v128.load(b + load<i32>(entry, 4))))
    }
    v128.store(c, bias ? f32x4.add(sum, v128.load(bias)) : sum)
    lists += capacity
    c += strideC
  }
}

// @ts-ignore: decorator
@inline
function put(to: Pointer, first: v128, second: v128, bias: OptionalPointer): void {
  if (bias) {
    first = f32x4.add(first, v128.load(bias))
    second = f32x4.add(second, v128.load(bias, 16))
  }
  v128.store(to, first)
  v128.store(to, second, 16)
}
