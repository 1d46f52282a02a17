// What a point of a learning curve says of a model besides its loss; it knows no loss in particular.

/** Sums over examples, and what the network said of each, where a measure asks for it. */
export interface Assessed {
  readonly count: number
  readonly outputs: number
  /** Decisions that were right. */
  readonly correct: number
  /** `count × outputs`, with the targets likewise. */
  readonly said?: Float32Array
  readonly targets?: ArrayLike<number>
}

/** Means over examples: a measure that cannot be taken is absent. */
export type Measures = Readonly<Partial<Record<MeasureName, number>>>

export type MeasureName = "accuracy" | "meanAbsoluteError" | "rSquared"

/** What early stopping may look at: a larger one is better, but of the loss and of errors. */
export const isBetterLow = (monitor: MeasureName | "loss"): boolean =>
  monitor === "loss" || monitor === "meanAbsoluteError"

/** Of a loss: the measures that it has, and how they are taken. */
export interface Curve {
  readonly names: ReadonlyArray<MeasureName>
  /** Whether they are taken from what the network says, not from sums alone. */
  readonly isOfOutputs: boolean
  take(assessed: Assessed): Measures
}
