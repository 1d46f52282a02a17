// Lays a convolution's weights out for its forward kernel, as they are or turned round; it knows nothing of images.
import { keepLanes } from './lanes'
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

/**
 * From the same rows, of kernelWidth · channels floats, to the panels of the turned kernel that leads from the output's gradient
 * to the input's: channels and filters change places, and rows and columns come last first. Panels of eight channels
 * [panel][ky, kx, filter][8], each followed by eight zeros for biases. Channels beyond `channels` are zero.
 */
export function packTurnedPanels(
  weights: Pointer, filters: Count, kernelHeight: Count, kernelWidth: Count, channels: Count, rowStride: Stride,
  panels: Pointer,
): void {
  const pixel = channels << 2
  const filterStride = kernelHeight * rowStride
  let to = panels
  for (let first = 0; first < channels; first += 8) {
    const lanes = channels - first
    for (let ky = kernelHeight - 1; ky >= 0; ky--) {
      for (let kx = kernelWidth - 1; kx >= 0; kx--) {
        let from = weights + ky * rowStride + kx * pixel + (first << 2)
        for (let filter = 0; filter < filters; filter++) {
          v128.store(to, keepLanes(v128.load(from), lanes))
          v128.store(to, keepLanes(v128.load(from, 16), lanes - 4), 16)
          from += filterStride
          to += 32
        }
      }
    }
    memory.fill(to, 0, 32)
    to += 32
  }
}
