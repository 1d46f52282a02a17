// Average-pooling of any window, stride and margins; it knows nothing of convolutions.
import { Count, Pointer, Stride } from './quantities'

/** Mean of each window, margins left out. Images are [height][width][channels], strides in bytes. */
export function averagePoolForward(
  x: Pointer, imageStride: Stride, images: Count, height: Count, width: Count, channels: Count,
  windowHeight: Count, windowWidth: Count, strideY: Count, strideX: Count, top: Count, left: Count,
  out: Pointer, outImage: Stride, outHeight: Count, outWidth: Count,
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
  gradient: Pointer, imageStride: Stride, images: Count, height: Count, width: Count, channels: Count,
  windowHeight: Count, windowWidth: Count, strideY: Count, strideX: Count, top: Count, left: Count,
  to: Pointer, toImage: Stride, outHeight: Count, outWidth: Count,
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
