// What a kernel's arguments measure, as types, so that swapped ones do not compile; at run time all are plain numbers.

declare const measured: unique symbol

/** A place in the memory: the arena gives them out, `at` goes on from one. */
export type Pointer = number & { readonly [measured]: "pointer" }

/** A place, or 0 where there is nothing. */
export type OptionalPointer = Pointer | 0

/** Bytes from one row, image, panel or block to the next. */
export type Stride = number & { readonly [measured]: "stride" }

/** A length in bytes. Any number will do that is not something else, as for the counts below. */
export type Bytes = number & { readonly [measured]?: "bytes" | "stride" }

/** How many things there are: rows, pixels, channels. */
export type Count = number & { readonly [measured]?: "count" }

/** How many vectors of four floats. */
export type Vectors = number & { readonly [measured]?: "vectors" }

export type Flag = 0 | 1

/** Bytes of a vector, and of a float: from one to the next. Bundles that use neither bring neither. */
export const VECTOR = /* @__PURE__ */ stride(16)
export const FLOAT = /* @__PURE__ */ stride(4)

/** A place as a number, as it comes back from memory. */
export function pointer(place: number): Pointer {
  return place as Pointer
}

/** The place `bytes` bytes on. */
export function at(from: Pointer, bytes: Bytes): Pointer {
  return (from + bytes) as Pointer
}

export function stride(bytes: number): Stride {
  return bytes as Stride
}

/** How many vectors hold `floats` floats. */
export function vectors(floats: number): Vectors {
  return Math.ceil(floats / 4)
}

/** What room rows of `floats` floats take, each padded to whole vectors: bytes from row to row. */
export function rowOf(floats: number): Stride {
  return stride(vectors(floats) * VECTOR)
}
