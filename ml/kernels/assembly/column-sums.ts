// Gradient of a bias: sums of an output's gradient by channel; it knows nothing of weights.
import { storeLanes } from './lanes'
import { Count, OptionalPointer, Pointer, Stride } from './quantities'

/**
 * Per channel the sum over (image, position), where `mask`, if it is not 0, is the output whose zeros stop the gradient.
 * Gradients are [image, stride imageStride][position][channel]. Sixteen channels at a time, whose chains are independent.
 */
export function columnSums(
  gradient: Pointer, mask: OptionalPointer, images: Count, imageStride: Stride, positions: Count, channels: Count,
  out: Pointer,
): void {
  const pixel = channels << 2
  for (let c = 0; c < channels; c += 16) {
    let a = f32x4.splat(0), b = a, d = a, e = a
    for (let n = 0; n < images; n++) {
      let at = n * imageStride + (c << 2)
      for (let p = positions; p != 0; p--) {
        a = f32x4.add(a, passed(gradient, mask, at))
        b = f32x4.add(b, passed(gradient, mask, at + 16))
        d = f32x4.add(d, passed(gradient, mask, at + 32))
        e = f32x4.add(e, passed(gradient, mask, at + 48))
        at += pixel
      }
    }
    const to = out + (c << 2)
    storeLanes(to, a, channels - c)
    storeLanes(to + 16, b, channels - c - 4)
    storeLanes(to + 32, d, channels - c - 8)
    storeLanes(to + 48, e, channels - c - 12)
  }
}

// @ts-ignore: decorator
@inline
function passed(gradient: Pointer, mask: OptionalPointer, at: usize): v128 {
  const g = v128.load(gradient + at)
  return mask ? v128.and(g, f32x4.gt(v128.load(mask + at), f32x4.splat(0))) : g
}
