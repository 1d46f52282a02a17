// Convolution, and convolution with max-pooling in one; the position table says which, strides and margins included.
import { larger, storeLanes } from './lanes'
import { Count, Flag, Pointer, Stride } from './quantities'

/**
 * Implicit GEMM over NHWC images (https://arxiv.org/abs/1410.0759, section 3): for each position the kernel's rows are
 * `kernelHeight` runs of `run` contiguous floats, `rowStride` bytes apart, from the position's offset in its image.
 *
 * `positions` holds byte offsets, four to a tile. With `tilesPerWindow` = 0 each of the `count` positions is an output.
 * Else `count` windows of tilesPerWindow tiles each give their first largest value, and `winners` gets, beside
 * each output, the offset of its patch from `x`; a window's last tile repeats positions to be full.
 * Outputs are [image, stride outImage][position or window][filters]. Four positions by eight filters are held in registers.
 */
export function convolutionForward(
  x: Pointer, imageStride: Stride, rowStride: Stride, images: Count,
  positions: Pointer, count: Count, tilesPerWindow: Count,
  panels: Pointer, kernelHeight: Count, run: Count, filters: Count,
  relu: Flag, out: Pointer, outImage: Stride, winners: Pointer,
): void {
  const panelBytes = (kernelHeight * run + 1) << 5
  const pixel = filters << 2
  const tiles = tilesPerWindow ? count * tilesPerWindow : (count + 3) >> 2
  const zero = f32x4.splat(0)
  for (let n = 0; n < images; n++) {
    const image = n * imageStride
    let panel = panels
    for (let first = 0; first < filters; first += 8) {
      const lanes = filters - first
      let table = positions
      let to = out + n * outImage + (first << 2)
      let record = winners + n * outImage + (first << 2)
      let best0 = zero, best1 = zero, where0 = zero, where1 = zero
      let left = tilesPerWindow
      for (let tile = 0; tile < tiles; tile++) {
        const o0 = image + load<i32>(table)
        const o1 = image + load<i32>(table, 4)
        const o2 = image + load<i32>(table, 8)
        const o3 = image + load<i32>(table, 12)
        table += 16
        let r0 = x + o0, r1 = x + o1, r2 = x + o2, r3 = x + o3
        let a0 = zero, a1 = zero, a2 = zero, a3 = zero
        let b0 = zero, b1 = zero, b2 = zero, b3 = zero
        let w = panel
        for (let ky = 0; ky < kernelHeight; ky++) {
          let p0 = r0, p1 = r1, p2 = r2, p3 = r3
          const end = w + (run << 5)
          do {
            const wa = v128.load(w)
            const wb = v128.load(w, 16)
            w += 32
            const x0 = v128.load32_splat(p0)
            a0 = f32x4.add(a0, f32x4.mul(x0, wa))
            b0 = f32x4.add(b0, f32x4.mul(x0, wb))
            const x1 = v128.load32_splat(p1)
            a1 = f32x4.add(a1, f32x4.mul(x1, wa))
            b1 = f32x4.add(b1, f32x4.mul(x1, wb))
            const x2 = v128.load32_splat(p2)
            a2 = f32x4.add(a2, f32x4.mul(x2, wa))
            b2 = f32x4.add(b2, f32x4.mul(x2, wb))
            const x3 = v128.load32_splat(p3)
            a3 = f32x4.add(a3, f32x4.mul(x3, wa))
            b3 = f32x4.add(b3, f32x4.mul(x3, wb))
            p0 += 4
            p1 += 4
            p2 += 4
            p3 += 4
          } while (w != end)
          r0 += rowStride
          r1 += rowStride
          r2 += rowStride
          r3 += rowStride
        }
        const biasA = v128.load(w)
        const biasB = v128.load(w, 16)
        a0 = f32x4.add(a0, biasA)
        a1 = f32x4.add(a1, biasA)
        a2 = f32x4.add(a2, biasA)
        a3 = f32x4.add(a3, biasA)
        b0 = f32x4.add(b0, biasB)
        b1 = f32x4.add(b1, biasB)
        b2 = f32x4.add(b2, biasB)
        b3 = f32x4.add(b3, biasB)
        if (tilesPerWindow) {
          if (left == tilesPerWindow) {
            best0 = a0
            best1 = b0
            where0 = where1 = i32x4.splat(o0)
          } else {
            let take = larger(a0, best0)
            best0 = v128.bitselect(a0, best0, take)
            where0 = v128.bitselect(i32x4.splat(o0), where0, take)
            take = larger(b0, best1)
            best1 = v128.bitselect(b0, best1, take)
            where1 = v128.bitselect(i32x4.splat(o0), where1, take)
          }
          const s1 = i32x4.splat(o1), s2 = i32x4.splat(o2), s3 = i32x4.splat(o3)
          let take = larger(a1, best0)
          best0 = v128.bitselect(a1, best0, take)
          where0 = v128.bitselect(s1, where0, take)
          take = larger(b1, best1)
          best1 = v128.bitselect(b1, best1, take)
          where1 = v128.bitselect(s1, where1, take)
          take = larger(a2, best0)
          best0 = v128.bitselect(a2, best0, take)
          where0 = v128.bitselect(s2, where0, take)
          take = larger(b2, best1)
          best1 = v128.bitselect(b2, best1, take)
          where1 = v128.bitselect(s2, where1, take)
          take = larger(a3, best0)
          best0 = v128.bitselect(a3, best0, take)
          where0 = v128.bitselect(s3, where0, take)
          take = larger(b3, best1)
          best1 = v128.bitselect(b3, best1, take)
          where1 = v128.bitselect(s3, where1, take)
          if (--left == 0) {
            left = tilesPerWindow
            if (relu) {
              best0 = f32x4.pmax(best0, zero)
              best1 = f32x4.pmax(best1, zero)
            }
            storeLanes(to, best0, lanes)
            storeLanes(to + 16, best1, lanes - 4)
            storeLanes(record, where0, lanes)
            storeLanes(record + 16, where1, lanes - 4)
            to += pixel
            record += pixel
          }
        } else {
          if (relu) {
            a0 = f32x4.pmax(a0, zero)
            a1 = f32x4.pmax(a1, zero)
            a2 = f32x4.pmax(a2, zero)
            a3 = f32x4.pmax(a3, zero)
            b0 = f32x4.pmax(b0, zero)
            b1 = f32x4.pmax(b1, zero)
            b2 = f32x4.pmax(b2, zero)
            b3 = f32x4.pmax(b3, zero)
          }
          const rest = count - (tile << 2)
          storeLanes(to, a0, lanes)
          storeLanes(to + 16, b0, lanes - 4)
          if (rest > 1) {
            storeLanes(to + pixel, a1, lanes)
            storeLanes(to + pixel + 16, b1, lanes - 4)
          }
          if (rest > 2) {
            storeLanes(to + 2 * pixel, a2, lanes)
            storeLanes(to + 2 * pixel + 16, b2, lanes - 4)
          }
          if (rest > 3) {
            storeLanes(to + 3 * pixel, a3, lanes)
            storeLanes(to + 3 * pixel + 16, b3, lanes - 4)
          }
          to += pixel << 2
        }
      }
      panel += panelBytes
    }
  }
}
