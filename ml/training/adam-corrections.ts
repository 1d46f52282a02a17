// Adam's bias corrections from step to step, by running products: no pow, whose bits differ from machine to machine.

/** What the rates of one step are. */
export interface CorrectedRates {
  /** The learning rate over 1 − β₁ᵗ. */
  readonly corrected: number
  /** 1 over 1 − β₂ᵗ. */
  readonly correction: number
}

export class AdamCorrections {
  /** β₁ᵗ and β₂ᵗ, a part of a training's state. */
  readonly products = new Float64Array([1, 1])
  readonly #betas: readonly [number, number]

  constructor({ beta1, beta2 }: { readonly beta1: number; readonly beta2: number }) {
    this.#betas = [beta1, beta2]
  }

  /** Goes on to the next step. */
  next(rate: number): CorrectedRates {
    const { products } = this
    products[0]! *= this.#betas[0]
    products[1]! *= this.#betas[1]
    return { corrected: rate / (1 - products[0]!), correction: 1 / (1 - products[1]!) }
  }
}
