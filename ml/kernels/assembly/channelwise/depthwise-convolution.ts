// Depth-wise convolution, forward and backward: a filter a channel, channels in lanes; it knows nothing of other convolutions.
import { storeLanes } from '../lanes'
import { Count, Pointer, Stride } from '../quantities'

/**
 * Per output one chain over (ky, kx), margins left out, then the bias. Images are [height][width][channels]; filters are rows
 * [ky][kx] of a weight a channel, each padded to vectors.
 */
export function depthwiseForward(
  x: Pointer, imageStride: Stride, images: Count, height: Count, width: Count, channels: Count,
  filters: Pointer, bias: Pointer, kernelHeight: Count, kernelWidth: Count,
  strideY: Count, strideX: Count, top: Count, left: Count,
  out: Pointer, outImage: Stride, outHeight: Count, outWidth: Count,
): void {
  const pixel = channels << 2
  const tap = ((channels + 3) >> 2) << 4
  for (let n = 0; n < images; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const y = oy * strideY - top
      const y0 = max(-y, 0), y1 = min(height - y, kernelHeight)
      for (let ox = 0; ox < outWidth; ox++) {
        const at = ox * strideX - left
        const x0 = max(-at, 0), x1 = min(width - at, kernelWidth)
        const to = out + n * outImage + (oy * outWidth + ox) * pixel
        for (let c = 0; c < channels; c += 8) {
          const block = c << 2
          let a = f32x4.splat(0), b = a
          for (let ky = y0; ky < y1; ky++) {
            let from = x + n * imageStride + ((y + ky) * width + at + x0) * pixel + block
            let w = filters + (ky * kernelWidth + x0) * tap + block
            for (let kx = x0; kx < x1; kx++) {
              a = f32x4.add(a, f32x4.mul(v128.load(from), v128.load(w)))
              b = f32x4.add(b, f32x4.mul(v128.load(from, 16), v128.load(w, 16)))
              from += pixel
              w += tap
            }
          }
          a = f32x4.add(a, v128.load(bias + block))
          b = f32x4.add(b, v128.load(bias + block, 16))
          storeLanes(to + block, a, channels - c)
          storeLanes(to + block + 16, b, channels - c - 4)
        }
      }
    }
  }
}

/**
 * Per weight one chain over (image, position) of g · x, and per channel that of g, for the bias. Filters' gradients are
 * laid out as filters are, with zeros where they are padded.
 */
export function depthwiseFilterGradient(
  x: Pointer, imageStride: Stride, images: Count, height: Count, width: Count, channels: Count,
  gradient: Pointer, gradientImage: Stride, outHeight: Count, outWidth: Count,
  kernelHeight: Count, kernelWidth: Count, strideY: Count, strideX: Count, top: Count, left: Count,
  filterGradient: Pointer, biasGradient: Pointer,
): void {
  const pixel = channels << 2
  const tap = ((channels + 3) >> 2) << 4
  memory.fill(filterGradient, 0, kernelHeight * kernelWidth * tap)
  for (let c = 0; c < channels; c += 4) {
    const block = c << 2
    let sum = f32x4.splat(0)
    for (let n = 0; n < images; n++) {
      let g = gradient + n * gradientImage + block
      for (let p = outHeight * outWidth; p != 0; p--) {
        sum = f32x4.add(sum, v128.load(g))
        g += pixel
      }
    }
    storeLanes(biasGradient + block, sum, channels - c)
    for (let ky = 0; ky < kernelHeight; ky++) {
      for (let kx = 0; kx < kernelWidth; kx++) {
        sum = f32x4.splat(0)
        for (let n = 0; n < images; n++) {
          for (let oy = 0; oy < outHeight; oy++) {
            const y = oy * strideY - top + ky
            if (y < 0 || y >= height) continue
            let g = gradient + n * gradientImage + oy * outWidth * pixel + block
            const row = x + n * imageStride + y * width * pixel + block
            for (let ox = 0; ox < outWidth; ox++) {
              const at = ox * strideX - left + kx
              if (at >= 0 && at < width) {
                sum = f32x4.add(sum, f32x4.mul(v128.load(g), v128.load(row + at * pixel)))
              }
              g += pixel
            }
          }
        }
        storeLanes(filterGradient + (ky * kernelWidth + kx) * tap + block, sum, channels - c)
      }
    }
  }
}

/** Per input one chain over the positions (oy, ox) whose windows have it, of g · w, into `to`, which is cleared before. */
export function depthwiseInputGradient(
  gradient: Pointer, gradientImage: Stride, images: Count, outHeight: Count, outWidth: Count, channels: Count,
  filters: Pointer, kernelHeight: Count, kernelWidth: Count,
  strideY: Count, strideX: Count, top: Count, left: Count,
  to: Pointer, imageStride: Stride, height: Count, width: Count,
): void {
  const pixel = channels << 2
  const tap = ((channels + 3) >> 2) << 4
  for (let n = 0; n < images; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const y = oy * strideY - top
      const y0 = max(-y, 0), y1 = min(height - y, kernelHeight)
      for (let ox = 0; ox < outWidth; ox++) {
        const at = ox * strideX - left
        const x0 = max(-at, 0), x1 = min(width - at, kernelWidth)
        const from = gradient + n * gradientImage + (oy * outWidth + ox) * pixel
        for (let c = 0; c < channels; c += 4) {
          const block = c << 2
          const g = v128.load(from + block)
          for (let ky = y0; ky < y1; ky++) {
            let into = to + n * imageStride + ((y + ky) * width + at + x0) * pixel + block
            let w = filters + (ky * kernelWidth + x0) * tap + block
            for (let kx = x0; kx < x1; kx++) {
              storeLanes(into, f32x4.add(v128.load(into), f32x4.mul(g, v128.load(w))), channels - c)
              into += pixel
              w += tap
            }
          }
        }
      }
    }
  }
}
