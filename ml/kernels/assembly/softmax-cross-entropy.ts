// Loss, its gradient, probabilities and predicted classes from logits; it knows nothing of the network.
import { Count, OptionalPointer, Pointer, Stride } from './quantities'

/**
 * Rows of `classes` logits, rowStride bytes apart; a row's label is labels[order[row]] (u8, u32), and its loss counts as often as
 * `weights` (f64, by class; 0 where all are 1) says. Any of `gradient` (like the logits, divided by `batch`), `probabilities` (f32,
 * no padding) and `predicted` (u8) may be 0. `scratch` holds `classes` f64. Returns the summed loss in nats and stores how many rows were right, as i32, at `correct`.
 */
export function softmaxCrossEntropy(
  logits: Pointer, rowStride: Stride, rows: Count, classes: Count,
  labels: Pointer, order: Pointer, weights: OptionalPointer, batch: f64,
  gradient: OptionalPointer, probabilities: OptionalPointer, predicted: OptionalPointer,
  scratch: Pointer, correct: Pointer,
): f64 {
  let loss: f64 = 0
  let right = 0
  for (let row = 0; row < rows; row++) {
    const z = logits + row * rowStride
    let best = 0
    let top = load<f32>(z)
    for (let j = 1; j < classes; j++) {
      const value = load<f32>(z + (j << 2))
      if (value > top) {
        top = value
        best = j
      }
    }
    let sum: f64 = 0
    for (let j = 0; j < classes; j++) {
      const e = Math.exp(<f64>load<f32>(z + (j << 2)) - <f64>top)
      store<f64>(scratch + (j << 3), e)
      sum += e
    }
    const label = <i32>load<u8>(labels + load<u32>(order + (row << 2)))
    const weight: f64 = weights ? load<f64>(weights + (label << 3)) : 1
    loss += weight * (Math.log(sum) - (<f64>load<f32>(z + (label << 2)) - <f64>top))
    right += i32(best == label)
    if (predicted) store<u8>(predicted + row, <u8>best)
    for (let j = 0; j < classes; j++) {
      const p = load<f64>(scratch + (j << 3)) / sum
      if (gradient) store<f32>(gradient + row * rowStride + (j << 2), <f32>(weight * (p - f64(j == label)) / batch))
      if (probabilities) store<f32>(probabilities + ((row * classes + j) << 2), <f32>p)
    }
  }
  store<i32>(correct, right)
  return loss
}
