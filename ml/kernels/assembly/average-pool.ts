/** Average-pooling of any window, stride and margins; it knows nothing of convolutions. */

/** Mean of each window, margins left out. Images are [height][width][channels], strides in bytes. */
export function averagePoolForward(
  x: usize, imageStride: i32, images: i32, height: i32, width: i32, channels: i32,
  windowHeight: i32, windowWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32,
  out: usize, outImage: i32, outHeight: i32, outWidth: i32,
): void {
  for (let n = 0; n < images; n++) {
    let to = out + n * outImage
    for (let py = 0; py < outHeight; py++) {
      const y0 = max(py * strideY - top, 0)
      const y1 = min(py * strideY - top + windowHeight, height)
      for (let px = 0; px < outWidth; px++) {
        const x0 = max(px * strideX - left, 0)
        const x1 = min(px * strideX - left + windowWidth, width)
        const values = <f32>((y1 - y0) * (x1 - x0))
        for (let c = 0; c < channels; c++) {
          let sum: f32 = 0
          for (let y = y0; y < y1; y++) {
            let at = x + n * imageStride + (((y * width + x0) * channels + c) << 2)
            for (let i = x0; i < x1; i++) {
              sum += load<f32>(at)
              at += channels << 2
            }
          }
          store<f32>(to, sum / values)
          to += 4
        }
      }
    }
  }
}

/** Adds each output gradient, divided by its window's number of values, to all of the window in `to`, cleared before. */
export function averagePoolBackward(
  gradient: usize, imageStride: i32, images: i32, height: i32, width: i32, channels: i32,
  windowHeight: i32, windowWidth: i32, strideY: i32, strideX: i32, top: i32, left: i32,
  to: usize, toImage: i32, outHeight: i32, outWidth: i32,
): void {
  for (let n = 0; n < images; n++) {
    let from = gradient + n * imageStride
    for (let py = 0; py < outHeight; py++) {
      const y0 = max(py * strideY - top, 0)
      const y1 = min(py * strideY - top + windowHeight, height)
      for (let px = 0; px < outWidth; px++) {
        const x0 = max(px * strideX - left, 0)
        const x1 = min(px * strideX - left + windowWidth, width)
        const values = <f32>((y1 - y0) * (x1 - x0))
        for (let c = 0; c < channels; c++) {
          const g = load<f32>(from) / values
          from += 4
          for (let y = y0; y < y1; y++) {
            let at = to + n * toImage + (((y * width + x0) * channels + c) << 2)
            for (let i = x0; i < x1; i++) {
              store<f32>(at, load<f32>(at) + g)
              at += channels << 2
            }
          }
        }
      }
    }
  }
}
