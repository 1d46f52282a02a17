// A convolution over images of one channel, with its 2 × 2 max-pool; neighbours in a row share a vector's lanes.
import { larger } from './lanes'
import { Bytes, Count, Flag, Pointer, Stride } from './quantities'

/**
 * What convolutionForward gives for one channel, columns one apart and windows of two by two, bit for bit: with one channel
 * and few filters its panels of eight are seldom full, and neighbours along a row fill vectors as well.
 *
 * `x` holds images with rows `rowStride` bytes apart; the two rows of positions in a row of windows lie `positionRow` bytes
 * apart. `panels` are those of packPanels. Outputs, and the offsets from `x` of the winners' patches, are
 * [image, stride outImage][py][px][filters]. `width` windows a row are at least four; a row's last four go back to be full.
 * A tile of two rows by eight columns, four windows, is held in registers for two filters.
 */
export function convolutionOneChannel(
  x: Pointer, imageStride: Stride, rowStride: Stride, images: Count,
  height: Count, width: Count, positionRow: Stride,
  panels: Pointer, kernelHeight: Count, kernelWidth: Count, filters: Count,
  relu: Flag, out: Pointer, outImage: Stride, winners: Pointer,
): void {
  const panelBytes = (kernelHeight * kernelWidth + 1) << 5
  const pixel = filters << 2
  for (let n = 0; n < images; n++) {
    for (let filter = 0; filter < filters; filter += 2) {
      const weights = panels + (filter >> 3) * panelBytes + ((filter & 7) << 2)
      for (let py = 0; py < height; py++) {
        for (let px = 0; px < width; px += 4) {
          const window = min(px, width - 4)
          const offset = n * imageStride + 2 * py * positionRow + (window << 3)
          const to = n * outImage + ((py * width + window) * filters + filter << 2)
          tile(
            x, offset, rowStride, positionRow, weights, kernelHeight, kernelWidth, relu,
            out + to, winners + to, pixel, filter + 1 == filters)
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function tile(
  x: Pointer, offset: Bytes, rowStride: Stride, positionRow: Stride,
  weights: Pointer, kernelHeight: Count, kernelWidth: Count,
  relu: Flag, to: Pointer, record: Pointer, pixel: Stride, single: bool,
): void {
  let a00 = f32x4.splat(0), a01 = a00, a10 = a00, a11 = a00
  let b00 = a00, b01 = a00, b10 = a00, b11 = a00
  let row = x + offset
  let w = weights
  for (let ky = kernelHeight; ky != 0; ky--) {
    let p = row
    let q = row + positionRow
    const end = w + (kernelWidth << 5)
    do {
      const wa = v128.load32_splat(w)
      const wb = v128.load32_splat(w, 4)
      w += 32
      const x00 = v128.load(p)
      a00 = f32x4.add(a00, f32x4.mul(x00, wa))
      b00 = f32x4.add(b00, f32x4.mul(x00, wb))
      const x01 = v128.load(p, 16)
      a01 = f32x4.add(a01, f32x4.mul(x01, wa))
      b01 = f32x4.add(b01, f32x4.mul(x01, wb))
      p += 4
      const x10 = v128.load(q)
      a10 = f32x4.add(a10, f32x4.mul(x10, wa))
      b10 = f32x4.add(b10, f32x4.mul(x10, wb))
      const x11 = v128.load(q, 16)
      a11 = f32x4.add(a11, f32x4.mul(x11, wa))
      b11 = f32x4.add(b11, f32x4.mul(x11, wb))
      q += 4
    } while (w != end)
    row += rowStride
  }
  const biasA = v128.load32_splat(w)
  const biasB = v128.load32_splat(w, 4)

  // Each row's first largest of two, then of the two rows: the first largest of a window, or its last NaN.
  const places = i32x4.add(i32x4.splat(offset), i32x4(0, 8, 16, 24))
  const nextRow = i32x4.splat(positionRow)
  const nextColumn = i32x4.splat(4)
  let leftA = f32x4.add(even(a00, a01), biasA)
  let rightA = f32x4.add(odd(a00, a01), biasA)
  const aboveA = larger(rightA, leftA)
  let bestA = v128.bitselect(rightA, leftA, aboveA)
  leftA = f32x4.add(even(a10, a11), biasA)
  rightA = f32x4.add(odd(a10, a11), biasA)
  const belowA = larger(rightA, leftA)
  leftA = v128.bitselect(rightA, leftA, belowA)
  const takeA = larger(leftA, bestA)
  bestA = v128.bitselect(leftA, bestA, takeA)
  const whereA = i32x4.add(
    i32x4.add(places, v128.and(takeA, nextRow)),
    v128.and(v128.bitselect(belowA, aboveA, takeA), nextColumn))
  let leftB = f32x4.add(even(b00, b01), biasB)
  let rightB = f32x4.add(odd(b00, b01), biasB)
  const aboveB = larger(rightB, leftB)
  let bestB = v128.bitselect(rightB, leftB, aboveB)
  leftB = f32x4.add(even(b10, b11), biasB)
  rightB = f32x4.add(odd(b10, b11), biasB)
  const belowB = larger(rightB, leftB)
  leftB = v128.bitselect(rightB, leftB, belowB)
  const takeB = larger(leftB, bestB)
  bestB = v128.bitselect(leftB, bestB, takeB)
  const whereB = i32x4.add(
    i32x4.add(places, v128.and(takeB, nextRow)),
    v128.and(v128.bitselect(belowB, aboveB, takeB), nextColumn))
  if (relu) {
    bestA = f32x4.pmax(bestA, f32x4.splat(0))
    bestB = f32x4.pmax(bestB, f32x4.splat(0))
  }
  if (single) {
    storeSingles(to, bestA, pixel)
    storeSingles(record, whereA, pixel)
  } else {
    storePairs(to, bestA, bestB, pixel)
    storePairs(record, whereA, whereB, pixel)
  }
}

// @ts-ignore: decorator
@inline
function even(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 2, 4, 6)
}

// @ts-ignore: decorator
@inline
function odd(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 1, 3, 5, 7)
}

/** Stores lane i of `a` and of `b` side by side, i · pixel bytes from `to`. */
// @ts-ignore: decorator
@inline
function storePairs(to: Pointer, a: v128, b: v128, pixel: Stride): void {
  const low = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const high = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  v128.store64_lane(to, low, 0)
  v128.store64_lane(to += pixel, low, 1)
  v128.store64_lane(to += pixel, high, 0)
  v128.store64_lane(to += pixel, high, 1)
}

/** Stores lane i of `a`, i · pixel bytes from `to`. */
// @ts-ignore: decorator
@inline
function storeSingles(to: Pointer, a: v128, pixel: Stride): void {
  v128.store32_lane(to, a, 0)
  v128.store32_lane(to += pixel, a, 1)
  v128.store32_lane(to += pixel, a, 2)
  v128.store32_lane(to += pixel, a, 3)
}
