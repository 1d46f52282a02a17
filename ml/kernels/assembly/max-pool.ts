// Max-pooling of any window, stride and margins; it knows nothing of convolutions.
import { larger, storeLanes } from './lanes'
import { Count, Pointer, Stride } from './quantities'

/**
 * First largest value of each window, margins left out; NaN wins. Images are [height][width][channels], imageStride
 * bytes apart in x and outImage in out. `winners` gets each winner's byte offset from `x`. Lanes hold channels.
 */
export function maxPoolForward(
  x: Pointer, imageStride: Stride, images: Count, height: Count, width: Count, channels: Count,
  windowHeight: Count, windowWidth: Count, strideY: Count, strideX: Count, top: Count, left: Count,
  out: Pointer, outImage: Stride, outHeight: Count, outWidth: Count, winners: Pointer,
): void {
  const pixel = channels << 2
  const row = width * pixel
  const lanes = i32x4(0, 4, 8, 12)
  for (let n = 0; n < images; n++) {
    let to = n * outImage
    for (let py = 0; py < outHeight; py++) {
      const y0 = max(py * strideY - top, 0)
      const y1 = min(py * strideY - top + windowHeight, height)
      for (let px = 0; px < outWidth; px++) {
        const x0 = max(px * strideX - left, 0)
        const x1 = min(px * strideX - left + windowWidth, width)
        const start = n * imageStride + (y0 * width + x0) * pixel
        const stop = start + (y1 - y0) * row
        const runBytes = (x1 - x0) * pixel
        for (let c = 0; c < pixel; c += 16) {
          let best = v128.load(x + start + c)
          let where = i32x4.splat(start + c)
          for (let from = start + c; from < stop; from += row) {
            for (let at = from, end = from + runBytes; at < end; at += pixel) {
              const value = v128.load(x + at)
              const take = larger(value, best)
              best = v128.bitselect(value, best, take)
              where = v128.bitselect(i32x4.splat(at), where, take)
            }
          }
          storeLanes(out + to + c, best, channels - (c >> 2))
          storeLanes(winners + to + c, i32x4.add(where, lanes), channels - (c >> 2))
        }
        to += pixel
      }
    }
  }
}

/** Adds each of `size` gradients an image, in order, to its winner in `to`, which was cleared before. */
export function maxPoolBackward(
  gradient: Pointer, winners: Pointer, images: Count, imageStride: Stride, size: Count, to: Pointer,
): void {
  for (let n = 0; n < images; n++) {
    let at = n * imageStride
    for (let i = 0; i < size; i++) {
      const into = to + load<i32>(winners + at)
      store<f32>(into, load<f32>(into) + load<f32>(gradient + at))
      at += 4
    }
  }
}
