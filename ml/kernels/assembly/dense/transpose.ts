// Transposes a dense layer's kernel for the gradient of its input; it knows nothing of layers.
import { Count, Pointer } from '../quantities'

/**
 * From panels of eight columns [panel][rows][8] to panels of eight rows [panel][columns][8]. `columns` is a multiple of
 * four, and so is what `to` has room for in each panel's rows; what is beyond `rows` there is left alone.
 */
export function transposePanels(from: Pointer, rows: Count, columns: Count, to: Pointer): void {
  for (let j = 0; j < columns; j += 4) {
    const column = from + (j >> 3) * (rows << 5) + ((j & 4) << 2)
    let i = 0
    for (; i + 4 <= rows; i += 4) {
      const p = column + (i << 5)
      const r0 = v128.load(p)
      const r1 = v128.load(p, 32)
      const r2 = v128.load(p, 64)
      const r3 = v128.load(p, 96)
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
      const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
      const q = to + (i >> 3) * (columns << 5) + (j << 5) + ((i & 4) << 2)
      v128.store(q, v128.shuffle<f64>(low01, low23, 0, 2))
      v128.store(q, v128.shuffle<f64>(low01, low23, 1, 3), 32)
      v128.store(q, v128.shuffle<f64>(high01, high23, 0, 2), 64)
      v128.store(q, v128.shuffle<f64>(high01, high23, 1, 3), 96)
    }
    for (; i < rows; i++) {
      const q = to + (i >> 3) * (columns << 5) + (j << 5) + ((i & 7) << 2)
      for (let lane = 0; lane < 4; lane++) {
        store<f32>(q + (lane << 5), load<f32>(column + (i << 5) + (lane << 2)))
      }
    }
  }
}
