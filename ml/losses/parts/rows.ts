// Rows of float32 logits and targets on their way through a loss in plain arithmetic; it knows no formula.
import { at, FLOAT } from "../../kernels/quantities.ts"
import type { Court, Judge, Judged } from "./judge.ts"

/** One output of one row: from its logit and its target to what the loss makes of them, in float64. */
export interface Term {
  readonly loss: number
  /** Of the loss by the logit. */
  readonly slope: number
  /** What the network says. */
  readonly output: number
  readonly isRight: boolean
}

/**
 * A loss that is the mean of its terms over the outputs of a row, and over rows: chains in the order of outputs within a row, then
 * of rows; gradient `fround(slope / (n · outputs))`.
 */
export const meanOfTerms =
  (term: (logit: number, target: number) => Term) =>
  (_: unknown, { arena, outputs }: Pick<Court, "arena" | "outputs">): Judge =>
  ({ logits, rowBytes, rows, targets, order, batch }: Judged, to) => {
    const { u32 } = arena
    let [loss, right] = [0, 0]
    for (let row = 0; row < rows; row++) {
      const from = logits / 4 + (row * rowBytes) / 4
      // Asked for by row: examples may have been attached, and the memory have grown, since this thread joined.
      const truth = arena.floats(at(targets, u32[order / 4 + row]! * outputs * FLOAT), outputs)
      const { f32 } = arena
      let sum = 0
      for (let j = 0; j < outputs; j++) {
        const found = term(f32[from + j]!, truth[j]!)
        sum += found.loss
        if (found.isRight) right++
        if (to.gradient !== 0) f32[(to.gradient + row * rowBytes) / 4 + j] = found.slope / (batch * outputs)
        if (to.outputs !== 0) f32[to.outputs / 4 + row * outputs + j] = found.output
      }
      loss += sum / outputs
    }
    u32[to.correct / 4] = right
    return loss
  }
