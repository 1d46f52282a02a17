// What a kernel's arguments measure, so that the host cannot take one for another; here they are plain integers.
/** A place in the memory. */
export type Pointer = usize
/** A place, or 0 where there is nothing. */
export type OptionalPointer = usize
/** Bytes from one row, image, panel or block to the next. */
export type Stride = i32
/** A length in bytes. */
export type Bytes = i32
/** How many things there are: rows, pixels, channels. */
export type Count = i32
/** How many vectors of four floats. */
export type Vectors = i32
/** 0 or 1. */
export type Flag = i32
