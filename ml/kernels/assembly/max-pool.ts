// Max-pooling of any window, stride and margins; it knows nothing of convolutions.
import { Count, Pointer, Stride } from './quantities'

/**
 * First largest value of each window, margins left out; NaN wins. Images are [height][width][channels], imageStride
 * bytes apart in x and outImage in out. `winners` gets each winner's byte offset from `x`.
 */
export function maxPoolForward(
  x: Pointer, imageStride: Stride, images: Count, height: Count, width: Count, channels: Count,
  windowHeight: Count, windowWidth: Count, strideY: Count, strideX: Count, top: Count, left: Count,
  out: Pointer, outImage: Stride, outHeight: Count, outWidth: Count, winners: Pointer,
): void {
  for (let n = 0; n < images; n++) {
    let to = n * outImage
    for (let py = 0; py < outHeight; py++) {
      const y0 = max(py * strideY - top, 0)
      const y1 = min(py * strideY - top + windowHeight, height)
      for (let px = 0; px < outWidth; px++) {
        const x0 = max(px * strideX - left, 0)
        const x1 = min(px * strideX - left + windowWidth, width)
        for (let c = 0; c < channels; c++) {
          let where = n * imageStride + (((y0 * width + x0) * channels + c) << 2)
          let best = load<f32>(x + where)
          for (let y = y0; y < y1; y++) {
            let at = n * imageStride + (((y * width + x0) * channels + c) << 2)
            for (let i = x0; i < x1; i++) {
              const value = load<f32>(x + at)
              if (value > best || value != value) {
                best = value
                where = at
              }
              at += channels << 2
            }
          }
          store<f32>(out + to, best)
          store<i32>(winners + to, where)
          to += 4
        }
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
