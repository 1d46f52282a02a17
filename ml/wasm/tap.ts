// A place in a network whose values go two ways: on to the next layer, and to those that take them later. It knows no layer.
import { type Pointer, stride, VECTOR } from "../kernels/quantities.ts"
import type { Activations, Site, Unit } from "../layers/parts/unit.ts"

export class Tap {
  readonly #site: Site
  /** What the layer gave; there once its unit is planned. */
  source: Activations | undefined
  /** Gradients that come back from where it is taken, in the order of these layers. */
  readonly addends: Array<Pointer> = []

  constructor(site: Site) {
    this.#site = site
  }

  /**
   * A unit right behind the source, which computes nothing on the way forward. On the way back the next layer has written its
   * gradient, and the others are added to it; where the next layer goes on from elsewhere (`isLeft`), the first of the others is the
   * beginning. Absent where nobody asks for one.
   */
  unit(isLeft: boolean): Unit | undefined {
    const { values, gradient, ...layout } = this.source!
    if (gradient === 0) return undefined
    const { kernels } = this.#site
    return {
      output: { ...layout, values, gradient },
      forward: () => {},
      backward: (rows) => {
        const bytes = rows * layout.rowBytes
        const [first, ...others] = this.addends
        // All rows are one piece.
        if (isLeft)
          kernels.copyRows(
            first!,
            stride(bytes),
            stride(bytes),
            gradient,
            stride(bytes),
            stride(bytes),
            1,
            1,
            bytes,
          )
        for (const addend of isLeft ? others : this.addends)
          kernels.addValues(gradient, addend, gradient, (rows * layout.rowBytes) / VECTOR)
      },
    }
  }
}
