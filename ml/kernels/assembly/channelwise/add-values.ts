// The sum of two maps, value by value; it knows nothing of layers.
import { Pointer, Vectors } from '../quantities'

/** a + b. `out` may be either of them. */
export function addValues(a: Pointer, b: Pointer, out: Pointer, vectors: Vectors): void {
  for (let at = 0, end = vectors << 4; at != end; at += 16) {
    v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)))
  }
}
