// Copies images between buffers with and without margins; it knows nothing of layers.
import { Bytes, Count, Pointer, Stride } from './quantities'

/** `height` rows of `rowBytes` for each of `count` images; strides in bytes. */
export function copyRows(
  from: Pointer, fromImage: Stride, fromRow: Stride, to: Pointer, toImage: Stride, toRow: Stride,
  count: Count, height: Count, rowBytes: Bytes,
): void {
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < height; y++) {
      memory.copy(to + n * toImage + y * toRow, from + n * fromImage + y * fromRow, rowBytes)
    }
  }
}

/** Sets `bytes` bytes to zero. */
export function clear(at: Pointer, bytes: Bytes): void {
  memory.fill(at, 0, bytes)
}
