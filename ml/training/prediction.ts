// What a trained network says of a whole dataset, dropout off; it knows no maker and nothing of the splits.
import type { Dataset, Trainer } from "./trainer.ts"

export interface Prediction {
  /** Mean cross-entropy in nats. */
  readonly loss: number
  /** The share of examples whose most probable class is their label. */
  readonly accuracy: number
  /** The most probable class of each example. */
  readonly labels: Uint8Array
  /** count × classes, row-major. */
  readonly probabilities: Float32Array
}

/** Predicts every example of a dataset. */
export function predict(trainer: Trainer, dataset: Dataset): Prediction {
  const { count } = dataset
  const labels = new Uint8Array(count)
  const probabilities = new Float32Array(count * trainer.options.classes)
  const { loss, correct } = trainer.evaluate(dataset, 0, count, { labels, probabilities })
  return { loss: loss / count, accuracy: correct / count, labels, probabilities }
}

/** Mean loss and accuracy over a dataset, dropout off. */
export function assess(trainer: Trainer, dataset: Dataset): { loss: number; accuracy: number } {
  const { loss, correct } = trainer.evaluate(dataset, 0, dataset.count)
  return { loss: loss / dataset.count, accuracy: correct / dataset.count }
}
