// Examples on their way into a trainer's own memory: checked, and those of the wanted rows copied.
import type { Values } from "../data/examples.ts"
import { sizeOf } from "../layers/parts/shape.ts"
import type { TrainerOptions } from "./trainer.ts"

/** Inputs and labels, one after the other. */
export interface Given {
  readonly inputs: Values
  readonly labels: Uint8Array
}

/** How many examples there are to take; throws RangeError when lengths, labels or rows do not fit. */
export function countExamples(
  { classes, inputShape }: TrainerOptions,
  { inputs, labels }: Given,
  rows?: Uint32Array,
): number {
  const size = sizeOf(inputShape)
  if (inputs.length !== labels.length * size)
    throw new RangeError(
      `${inputs.length} values are not ${inputShape.join("×")} for each of ${labels.length} labels`,
    )
  const wrong = labels.findIndex((label) => label >= classes)
  if (wrong >= 0) throw new RangeError(`label ${labels[wrong]} of example ${wrong} is not below ${classes}`)
  const outside = rows?.find((row) => row >= labels.length)
  if (outside !== undefined) throw new RangeError(`row ${outside} is not among ${labels.length} examples`)
  return rows?.length ?? labels.length
}

/** Copies all examples, or those of `rows` in their order, to where there is room for them. */
export function copyExamples({ inputs, labels }: Given, rows: Uint32Array | undefined, to: Given): void {
  if (rows === undefined) {
    to.inputs.set(inputs)
    to.labels.set(labels)
    return
  }
  const size = inputs.length / labels.length
  rows.forEach((row, i) => {
    to.inputs.set(inputs.subarray(row * size, (row + 1) * size), i * size)
    to.labels[i] = labels[row]!
  })
}
