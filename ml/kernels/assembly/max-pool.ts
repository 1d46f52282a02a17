/** Max-pooling of any window, stride and margins; it knows nothing of convolutions. */

/**
 * First largest value of each window, margins left out; NaN wins. Images are [height][width][channels], imageStride
 * bytes apart in x and outImage in out. `winners` gets each winner's byte offset from `x`.
 */
export function maxPoolForward(
  x: usize, imageStride: i32, images: i32, height: i32, width: i32, channels: i32,
  windowHeight: i32, windowWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32,
  out: usize, outImage: i32, outHeight: i32, outWidth: i32, winners: usize,
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
  gradient: usize, winners: usize, images: i32, imageStride: i32, size: i32, to: usize,
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
