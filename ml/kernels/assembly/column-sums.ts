// Gradient of a bias: sums of an output's gradient by channel; it knows nothing of weights.
import { storeLanes } from './lanes'
import { Count, OptionalPointer, Pointer, Stride } from './quantities'

/**
 * Per channel the sum over (image, position), where `mask`, if it is not 0, is the output whose zeros stop the gradient.
 * Gradients are [image, stride imageStride][position][channel].
 */
export function columnSums(
  gradient: Pointer, mask: OptionalPointer, images: Count, imageStride: Stride, positions: Count, channels: Count,
  out: Pointer,
): void {
  const pixel = channels << 2
  const zero = f32x4.splat(0)
  for (let c = 0; c < channels; c += 4) {
    let sum = zero
    for (let n = 0; n < images; n++) {
      let at = n * imageStride + (c << 2)
      for (let p = 0; p < positions; p++) {
        let g = v128.load(gradient + at)
        if (mask) g = v128.and(g, f32x4.gt(v128.load(mask + at), zero))
        sum = f32x4.add(sum, g)
        at += pixel
      }
    }
    storeLanes(out + (c << 2), sum, channels - c)
  }
}
