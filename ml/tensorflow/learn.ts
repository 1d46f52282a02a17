// The gradients of some rows of a batch, and what their pass makes of the statistics; it knows no optimizer.
import type { Tensor } from "@tensorflow/tfjs-core"
import type { ParameterShape } from "../layers/parts/shape.ts"
import type { Training } from "../layers/parts/tensorflow.ts"
import type { Tally } from "../training/trainer.ts"
import { forward } from "./forward.ts"
import { judge, tallied } from "./loss.ts"
import type { Plan } from "./plan.ts"

export interface Rows {
  readonly x: Tensor
  /** Targets, [rows, outputs]. */
  readonly y: Tensor
  readonly parts: Training["parts"]
  /** Examples of the whole batch, over which the loss is a mean. */
  readonly batch: number
}

/** Adds the rows' gradients to `sums`, and moves the statistics once the pass is over. */
export function learn(
  { tf, options, layers, parameters, stream, kept }: Plan,
  { x, y, parts, batch }: Rows,
  sums: Map<ParameterShape, Tensor>,
): Tally {
  const learned = parameters.filter(({ role }) => role !== "statistic")
  let tally: Tally = { loss: 0, correct: 0 }
  const measured: Array<() => void> = []
  const becomes: Training["becomes"] = (statistic, value) => {
    tf.keep(value)
    measured.push(() => kept.set(statistic, value))
  }
  const differentiate = tf.valueAndGrads((...values: Array<Tensor>) => {
    const byName = new Map(learned.map(({ name }, i) => [name, values[i]!]))
    const weight = (name: string): Tensor => byName.get(name) ?? kept.get(name)
    const logits = forward({ tf, stream, weight, training: { parts, becomes } }, layers, x)
    const judged = judge(tf, options.loss, logits, y)
    tally = tallied(judged)
    return tf.div(tf.sum(judged.losses), batch)
  })
  const { grads } = differentiate(learned.map(({ name }) => kept.get(name)))
  for (const move of measured) move()
  learned.forEach((parameter, i) => {
    const sum = sums.get(parameter)
    sums.set(parameter, sum === undefined ? grads[i]! : tf.add(sum, grads[i]!))
  })
  return tally
}
