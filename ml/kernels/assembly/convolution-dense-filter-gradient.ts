// Gradient of a convolution's filters from a gradient with few zeros; it knows neither strides nor pools.
import { Count, OptionalPointer, Pointer, Stride } from './quantities'

/** Positions in a stretch: the gradients of so many, and the patches, stay in a core's first cache while the whole kernel meets them. */
const STRETCH = 256

/**
 * Per filter, the sum over (image, position) of gradient × patch: `kernelHeight` runs of `run` floats, rowStride bytes apart, from
 * the position's offset in its image. `positions` holds `count` byte offsets; gradients are [image, stride
 * gradientImage][position][filters], and so is `mask`, if it is not 0: the output whose zeros stop the gradient. Writes rows [filter][ky][run padded to vectors with zeros].
 *
 * What convolutionFilterGradient gives from lists of all entries, bit for bit. Lanes hold filters: three or four neighbours of a run
 * by eight filters stay in registers along a stretch. `scratch` has room for the sums in between, [eight filters][ky][run][8]
 * floats, and behind them for a stretch's gradients of eight filters, [256][8] floats.
 */
export function convolutionDenseFilterGradient(
  x: Pointer, imageStride: Stride, rowStride: Stride, images: Count,
  positions: Pointer, count: Count,
  gradient: Pointer, mask: OptionalPointer, gradientImage: Stride, filters: Count,
  kernelHeight: Count, run: Count, scratch: Pointer, out: Pointer,
): void {
  const pixel = filters << 2
  const bytes = (filters + 7 >> 3) * kernelHeight * run << 5
  const packed = scratch + bytes
  memory.fill(scratch, 0, bytes)
  for (let n = 0; n < images; n++) {
    const image = x + n * imageStride
    for (let p = 0; p < count; p += STRETCH) {
      const table = positions + (p << 2)
      const end = table + (min(STRETCH, count - p) << 2)
      const from = n * gradientImage + p * pixel
      let to = scratch
      for (let first = 0; first < filters; first += 8) {
        pack(gradient, mask, from + (first << 2), pixel, end - table >> 2, packed)
        let row = image
        for (let ky = 0; ky < kernelHeight; ky++) {
          to = alongRun(row, table, end, packed, run, to)
          row += rowStride
        }
      }
    }
  }
  writeRows(scratch, kernelHeight, run, filters, out)
}

/** The gradients of eight filters side by side, +0 where the mask, if there is one, stops them. */
// @ts-ignore: decorator
@inline
function pack(gradient: Pointer, mask: OptionalPointer, at: Stride, pixel: Stride, count: Count, to: Pointer): void {
  const zero = f32x4.splat(0)
  for (; count != 0; count--) {
    let a = v128.load(gradient + at)
    let b = v128.load(gradient + at, 16)
    if (mask) {
      a = v128.and(a, f32x4.gt(v128.load(mask + at), zero))
      b = v128.and(b, f32x4.gt(v128.load(mask + at, 16), zero))
    }
    v128.store(to, a)
    v128.store(to, b, 16)
    at += pixel
    to += 32
  }
}

/** A whole run by eight filters; gives where the next run's sums are. Threes until fours are left: they waste the least. */
// @ts-ignore: decorator
@inline
function alongRun(x: Pointer, table: Pointer, end: Pointer, g: Pointer, run: Count, to: Pointer): Pointer {
  for (; run & 3 && run > 0; run -= 3) {
    byThree(x, table, end, g, to, run)
    x += 12
    to += min(run, 3) << 5
  }
  for (; run > 0; run -= 4) {
    byFour(x, table, end, g, to)
    x += 16
    to += 128
  }
  return to
}

/** Four neighbours of a run by eight filters. */
function byFour(x: Pointer, table: Pointer, end: Pointer, g: Pointer, to: Pointer): void {
  let a0 = v128.load(to), b0 = v128.load(to, 16)
  let a1 = v128.load(to, 32), b1 = v128.load(to, 48)
  let a2 = v128.load(to, 64), b2 = v128.load(to, 80)
  let a3 = v128.load(to, 96), b3 = v128.load(to, 112)
  do {
    const p = x + load<i32>(table)
    const ga = v128.load(g)
    const gb = v128.load(g, 16)
    const x0 = v128.load32_splat(p)
    a0 = f32x4.add(a0, f32x4.mul(ga, x0))
    b0 = f32x4.add(b0, f32x4.mul(gb, x0))
    const x1 = v128.load32_splat(p, 4)
    a1 = f32x4.add(a1, f32x4.mul(ga, x1))
    b1 = f32x4.add(b1, f32x4.mul(gb, x1))
    const x2 = v128.load32_splat(p, 8)
    a2 = f32x4.add(a2, f32x4.mul(ga, x2))
    b2 = f32x4.add(b2, f32x4.mul(gb, x2))
    const x3 = v128.load32_splat(p, 12)
    a3 = f32x4.add(a3, f32x4.mul(ga, x3))
    b3 = f32x4.add(b3, f32x4.mul(gb, x3))
    g += 32
    table += 4
  } while (table != end)
  v128.store(to, a0)
  v128.store(to, b0, 16)
  v128.store(to, a1, 32)
  v128.store(to, b1, 48)
  v128.store(to, a2, 64)
  v128.store(to, b2, 80)
  v128.store(to, a3, 96)
  v128.store(to, b3, 112)
}

/** Three neighbours of a run, or the `left` that there are, by eight filters. */
function byThree(x: Pointer, table: Pointer, end: Pointer, g: Pointer, to: Pointer, left: Count): void {
  let a0 = v128.load(to), b0 = v128.load(to, 16)
  let a1 = v128.load(to, 32), b1 = v128.load(to, 48)
  let a2 = v128.load(to, 64), b2 = v128.load(to, 80)
  do {
    const p = x + load<i32>(table)
    const ga = v128.load(g)
    const gb = v128.load(g, 16)
    const x0 = v128.load32_splat(p)
    a0 = f32x4.add(a0, f32x4.mul(ga, x0))
    b0 = f32x4.add(b0, f32x4.mul(gb, x0))
    const x1 = v128.load32_splat(p, 4)
    a1 = f32x4.add(a1, f32x4.mul(ga, x1))
    b1 = f32x4.add(b1, f32x4.mul(gb, x1))
    const x2 = v128.load32_splat(p, 8)
    a2 = f32x4.add(a2, f32x4.mul(ga, x2))
    b2 = f32x4.add(b2, f32x4.mul(gb, x2))
    g += 32
    table += 4
  } while (table != end)
  v128.store(to, a0)
  v128.store(to, b0, 16)
  if (left > 1) {
    v128.store(to, a1, 32)
    v128.store(to, b1, 48)
  }
  if (left > 2) {
    v128.store(to, a2, 64)
    v128.store(to, b2, 80)
  }
}

/** From sums [eight filters][ky][run][8] to rows [filter][ky][run padded to vectors with zeros]. */
// @ts-ignore: decorator
@inline
function writeRows(sums: Pointer, kernelHeight: Count, run: Count, filters: Count, out: Pointer): void {
  const padded = run + 3 & -4
  const filterBytes = kernelHeight * run << 5
  for (let filter = 0; filter < filters; filter++) {
    let from = sums + (filter >> 3) * filterBytes + ((filter & 7) << 2)
    for (let ky = 0; ky < kernelHeight; ky++) {
      let i = 0
      for (; i < run; i++) {
        store<f32>(out + (i << 2), load<f32>(from))
        from += 32
      }
      for (; i < padded; i++) store<f32>(out + (i << 2), 0)
      out += padded << 2
    }
  }
}
