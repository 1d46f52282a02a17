// Dense layers' matrix product; it knows neither layers nor directions.
import { Bytes, Count, OptionalPointer, Pointer, Stride, Vectors } from '../quantities'

/**
 * c[i, j] = Σₖ a[i, k] · b[k, j] (+ bias[j] unless 0): for i below m and j below 4 · vectors. `a` has free strides in
 * bytes along i and k. Columns of b and c come in panels of two vectors, panelB and panelC bytes apart, their rows
 * strideB and strideC bytes apart: panels of 32 bytes are plain rows. Tiles of four rows by a panel are held in registers.
 */
export function matrixProduct(
  a: Pointer, strideI: Stride, strideK: Stride,
  b: Pointer, strideB: Stride, panelB: Stride,
  c: Pointer, strideC: Stride, panelC: Stride,
  m: Count, vectors: Vectors, k: Count, bias: OptionalPointer,
): void {
  let j = 0
  for (; j + 2 <= vectors; j += 2) {
    const column = j << 4
    let i = 0
    for (; i + 4 <= m; i += 4) {
      fourByTwo(a + i * strideI, strideI, strideK, b, strideB, c + i * strideC, strideC, k, bias, column)
    }
    for (; i < m; i++) oneByTwo(a + i * strideI, strideK, b, strideB, c + i * strideC, k, bias, column)
    b += panelB
    c += panelC
  }
  if (j < vectors) {
    for (let i = 0; i < m; i++) oneByOne(a + i * strideI, strideK, b, strideB, c + i * strideC, k, bias, j << 4)
  }
}

// @ts-ignore: decorator
@inline
function fourByTwo(
  a: Pointer, strideI: Stride, strideK: Stride,
  b: Pointer, strideB: Stride,
  c: Pointer, strideC: Stride,
  k: Count, bias: OptionalPointer, column: Bytes,
): void {
  let p0 = a
  let p1 = p0 + strideI
  let p2 = p1 + strideI
  let p3 = p2 + strideI
  let q = b
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00
  let c20 = c00, c21 = c00, c30 = c00, c31 = c00
  for (let n = k; n != 0; n--) {
    const b0 = v128.load(q)
    const b1 = v128.load(q, 16)
    q += strideB
    const a0 = v128.load32_splat(p0)
    p0 += strideK
    c00 = f32x4.add(c00, f32x4.mul(a0, b0))
    c01 = f32x4.add(c01, f32x4.mul(a0, b1))
    const a1 = v128.load32_splat(p1)
    p1 += strideK
    c10 = f32x4.add(c10, f32x4.mul(a1, b0))
    c11 = f32x4.add(c11, f32x4.mul(a1, b1))
    const a2 = v128.load32_splat(p2)
    p2 += strideK
    c20 = f32x4.add(c20, f32x4.mul(a2, b0))
    c21 = f32x4.add(c21, f32x4.mul(a2, b1))
    const a3 = v128.load32_splat(p3)
    p3 += strideK
    c30 = f32x4.add(c30, f32x4.mul(a3, b0))
    c31 = f32x4.add(c31, f32x4.mul(a3, b1))
  }
  let to = c
  put(to, c00, bias, column)
  put(to + 16, c01, bias, column + 16)
  put(to += strideC, c10, bias, column)
  put(to + 16, c11, bias, column + 16)
  put(to += strideC, c20, bias, column)
  put(to + 16, c21, bias, column + 16)
  put(to += strideC, c30, bias, column)
  put(to + 16, c31, bias, column + 16)
}

// @ts-ignore: decorator
@inline
function oneByTwo(
  a: Pointer, strideK: Stride, b: Pointer, strideB: Stride, c: Pointer, k: Count, bias: OptionalPointer, column: Bytes,
): void {
  let p = a
  let q = b
  let c0 = f32x4.splat(0), c1 = c0
  for (let n = k; n != 0; n--) {
    const x = v128.load32_splat(p)
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(q)))
    c1 = f32x4.add(c1, f32x4.mul(x, v128.load(q, 16)))
    p += strideK
    q += strideB
  }
  put(c, c0, bias, column)
  put(c + 16, c1, bias, column + 16)
}

// @ts-ignore: decorator
@inline
function oneByOne(
  a: Pointer, strideK: Stride, b: Pointer, strideB: Stride, c: Pointer, k: Count, bias: OptionalPointer, column: Bytes,
): void {
  let p = a
  let q = b
  let sum = f32x4.splat(0)
  for (let n = k; n != 0; n--) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(p), v128.load(q)))
    p += strideK
    q += strideB
  }
  put(c, sum, bias, column)
}

// @ts-ignore: decorator
@inline
function put(to: Pointer, v: v128, bias: OptionalPointer, column: Bytes): void {
  v128.store(to, bias ? f32x4.add(v, v128.load(bias + column)) : v)
}
