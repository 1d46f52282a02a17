// Gradient of a convolution's input from a list of live entries; it knows neither strides nor pools.
import { Count, Pointer, Stride, Vectors } from './quantities'

/**
 * For each entry of the list (of entriesInOrder) adds gradient × filter to its patch of the images' gradient at `to`:
 * `kernelHeight` runs, `rowStride` bytes apart there, from filter rows of `vectors` vectors whose padding is zero,
 * so that what follows a run in memory keeps its value.
 */
export function convolutionInputGradient(
  list: Pointer, end: Pointer, weights: Pointer, kernelHeight: Count, vectors: Vectors, to: Pointer, rowStride: Stride,
): void {
  const rowBytes = vectors << 4
  for (; list != end; list += 16) {
    const g = v128.load32_splat(list)
    let row = to + load<i32>(list, 4)
    let w = weights + load<i32>(list, 8)
    for (let ky = 0; ky < kernelHeight; ky++) {
      let p = row
      const stop = w + rowBytes
      while (w + 64 <= stop) {
        v128.store(p, f32x4.add(v128.load(p), f32x4.mul(g, v128.load(w))))
        v128.store(p, f32x4.add(v128.load(p, 16), f32x4.mul(g, v128.load(w, 16))), 16)
        v128.store(p, f32x4.add(v128.load(p, 32), f32x4.mul(g, v128.load(w, 32))), 32)
        v128.store(p, f32x4.add(v128.load(p, 48), f32x4.mul(g, v128.load(w, 48))), 48)
        p += 64
        w += 64
      }
      for (; w != stop; w += 16) {
        v128.store(p, f32x4.add(v128.load(p), f32x4.mul(g, v128.load(w))))
        p += 16
      }
      row += rowStride
    }
  }
}
