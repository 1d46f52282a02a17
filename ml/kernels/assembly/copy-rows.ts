/** Copies images between buffers with and without margins; it knows nothing of layers. */

/** `height` rows of `rowBytes` for each of `count` images; strides in bytes. */
export function copyRows(
  from: usize, fromImage: i32, fromRow: i32, to: usize, toImage: i32, toRow: i32,
  count: i32, height: i32, rowBytes: i32,
): void {
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < height; y++) {
      memory.copy(to + n * toImage + y * toRow, from + n * fromImage + y * fromRow, rowBytes)
    }
  }
}

/** Sets `bytes` bytes to zero. */
export function clear(at: usize, bytes: i32): void {
  memory.fill(at, 0, bytes)
}
