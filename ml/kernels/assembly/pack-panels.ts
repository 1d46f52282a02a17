// Lays a convolution's weights out for its forward kernel; it knows nothing of images.
import { Count, Pointer, Stride } from './quantities'

/**
 * From rows [filter][ky][run, rowStride bytes apart] to panels of eight filters [panel][ky, run][8], each followed
 * by its eight biases. Filters beyond `filters` are zero.
 */
export function packPanels(
  weights: Pointer, bias: Pointer, filters: Count, kernelHeight: Count, run: Count, rowStride: Stride, panels: Pointer,
): void {
  let to = panels
  for (let first = 0; first < filters; first += 8) {
    for (let ky = 0; ky < kernelHeight; ky++) {
      for (let i = 0; i < run; i++) {
        let from = weights + (first * kernelHeight + ky) * rowStride + (i << 2)
        for (let lane = 0; lane < 8; lane++) {
          store<f32>(to, first + lane < filters ? load<f32>(from) : 0)
          from += kernelHeight * rowStride
          to += 4
        }
      }
    }
    for (let lane = 0; lane < 8; lane++) {
      store<f32>(to, first + lane < filters ? load<f32>(bias + ((first + lane) << 2)) : 0)
      to += 4
    }
  }
}
