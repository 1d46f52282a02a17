// What a trained network says of a whole dataset, dropout off; it knows no maker and nothing of the splits.
import type { Values } from "../data/examples.ts"
import type { Measures } from "../losses/parts/measures.ts"
import { curves } from "../losses/table.ts"
import type { Dataset, Trainer } from "./trainer.ts"

export interface Prediction {
  /** The mean over examples. */
  readonly loss: number
  /** The share of examples whose most probable class is their label, where there are classes. */
  readonly accuracy: number
  /** The most probable class of each example, likewise. */
  readonly labels: Uint8Array
  /** count × outputs, row-major: probabilities, or values. */
  readonly outputs: Float32Array
}

/** Predicts every example of a dataset. */
export function predict(trainer: Trainer, dataset: Dataset): Prediction {
  const { count } = dataset
  const labels = new Uint8Array(count)
  const outputs = new Float32Array(count * trainer.options.outputs)
  const { loss, correct } = trainer.evaluate(dataset, 0, count, { labels, outputs })
  return { loss: loss / count, accuracy: correct / count, labels, outputs }
}

/** The mean loss over examples, and what else a curve shows of such a loss. */
export type Assessment = { readonly loss: number } & Measures

/** Of a whole dataset, dropout off; a loss of values wants its targets again. */
export function assess(trainer: Trainer, dataset: Dataset, targets?: Values): Assessment {
  const { count } = dataset
  const { loss, outputs } = trainer.options
  const curve = curves[loss.type]
  const said = curve.isOfOutputs ? new Float32Array(count * outputs) : undefined
  const tally = trainer.evaluate(dataset, 0, count, said === undefined ? {} : { outputs: said })
  const { correct } = tally
  const measures = curve.take({ count, outputs, correct, ...(said && targets ? { said, targets } : {}) })
  return { loss: tally.loss / count, ...measures }
}
