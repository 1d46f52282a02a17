// Brings examples of a batch from bytes to floats; it knows nothing of labels or layers.
import { Count, Pointer, Stride } from './quantities'

/**
 * `count` examples of height × rowLength bytes, picked by `order` (u32 indices), times `scale`. The written images
 * may lie within margins: their rows and images are rowStride and imageStride bytes apart.
 */
export function gatherPixels(
  images: Pointer, order: Pointer, count: Count, height: Count, rowLength: Count, scale: f32,
  to: Pointer, imageStride: Stride, rowStride: Stride,
): void {
  const scales = f32x4.splat(scale)
  for (let n = 0; n < count; n++) {
    let from = images + <usize>load<u32>(order + (n << 2)) * (height * rowLength)
    for (let y = 0; y < height; y++) {
      const row = to + n * imageStride + y * rowStride
      let x = 0
      for (; x + 4 <= rowLength; x += 4) {
        const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from + x)))
        v128.store(row + (x << 2), f32x4.mul(f32x4.convert_i32x4_u(words), scales))
      }
      for (; x < rowLength; x++) store<f32>(row + (x << 2), <f32>load<u8>(from + x) * scale)
      from += rowLength
    }
  }
}
