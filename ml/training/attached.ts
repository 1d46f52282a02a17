// Examples on their way into a trainer's own memory: checked, and those of the wanted rows copied.
import type { Values } from "../data/examples.ts"
import { sizeOf } from "../layers/parts/shape.ts"
import { isOfClasses } from "../losses/table.ts"
import type { TrainerOptions } from "./trainer.ts"

type Options = Pick<Required<TrainerOptions>, "inputShape" | "outputs" | "loss">

/** Inputs and targets, one after the other. */
export interface Given {
  readonly inputs: Values
  readonly targets: Values
}

/** Targets of an example. */
export const targetSize = ({ outputs, loss }: Options): number => (isOfClasses(loss) ? 1 : outputs)

/** How many examples there are to take; throws RangeError when lengths, targets or rows do not fit. */
export function countExamples(options: Options, { inputs, targets }: Given, rows?: Uint32Array): number {
  const { inputShape, outputs, loss } = options
  const count = targets.length / targetSize(options)
  const examples = inputs.length / sizeOf(inputShape)
  if (count !== examples && !isOfClasses(loss) && targets.length % examples === 0)
    throw new RangeError(
      `an example has ${targets.length / examples} targets, and the network ${outputs} outputs: let its last layer have as many`,
    )
  if (inputs.length !== count * sizeOf(inputShape))
    throw new RangeError(
      `${inputs.length} values are not ${inputShape.join("×")} for each of ${count} examples`,
    )
  if (isOfClasses(loss) !== targets instanceof Uint8Array)
    throw new RangeError(
      `targets are ${targets instanceof Uint8Array ? "bytes, and" : "floats, and"} ${loss.type} takes ${isOfClasses(loss) ? "class numbers as bytes" : "floats"}`,
    )
  const wrong = isOfClasses(loss) ? targets.findIndex((label) => label >= outputs) : -1
  if (wrong >= 0) throw new RangeError(`label ${targets[wrong]} of example ${wrong} is not below ${outputs}`)
  checkChances(options, targets)
  const outside = rows?.find((row) => row >= count)
  if (outside !== undefined) throw new RangeError(`row ${outside} is not among ${count} examples`)
  return rows?.length ?? count
}

/** Throws RangeError for labels of which an example has several that are neither there nor not, nor in between. */
function checkChances({ outputs, loss }: Options, targets: Values): void {
  if (loss.type !== "binary-cross-entropy") return
  const wrong = targets.findIndex((target) => !(target >= 0 && target <= 1))
  if (wrong >= 0)
    throw new RangeError(
      `target ${targets[wrong]} of example ${Math.floor(wrong / outputs)} is not within 0 and 1: binary-cross-entropy takes the chance that a label is there`,
    )
}

/** Copies all examples, or those of `rows` in their order, to where there is room for them. */
export function copyExamples(from: Given, rows: Uint32Array | undefined, to: Given, count: number): void {
  copyRows(from.inputs, rows, to.inputs, to.inputs.length / count)
  copyRows(from.targets, rows, to.targets, to.targets.length / count)
}

/** Those of `rows` in their order, of `size` values each. */
export function copyRows(from: Values, rows: Uint32Array | undefined, to: Values, size: number): void {
  if (rows === undefined) to.set(from)
  else for (const [i, row] of rows.entries()) to.set(from.subarray(row * size, (row + 1) * size), i * size)
}
