// The numbers of some examples, taken out of those of all. Knows not what they mean.

/** `width` numbers of each of some rows, in their order; without rows all, as they are. */
export function gathered<A extends Float32Array | Uint8Array>(
  data: A,
  width: number,
  rows: Uint32Array | undefined,
): A {
  if (rows === undefined) return data
  const some = new (data.constructor as new (length: number) => A)(rows.length * width)
  for (const [at, row] of rows.entries()) some.set(data.subarray(row * width, (row + 1) * width), at * width)
  return some
}
