// The sum of two maps of the same shape: its input, and what an earlier layer gave. It knows no neighbour but a relu that follows.
import * as Schema from "effect/Schema"
import { VECTOR } from "../kernels/quantities.ts"
import { isRelu } from "./activation.ts"
import { declared, Name, name } from "./parts/fields.ts"
import { ImpossibleNetwork } from "./parts/impossible-network.ts"
import type { LayersModelForm } from "./parts/layers-model.ts"
import { namedOutput } from "./parts/named-output.ts"
import type { PytorchForm } from "./parts/pytorch.ts"
import type { CostRule, ShapeRule } from "./parts/shape.ts"
import type { TensorflowForm } from "./parts/tensorflow.ts"
import { type Activations, activations, type Site, type Unit, type UnitMaker } from "./parts/unit.ts"

/** A residual connection (https://arxiv.org/abs/1512.03385, section 3.1): it goes round the layers between `adds` and this one. */
export const Add = /* @__PURE__ */ declared(() =>
  Schema.Struct({
    type: Schema.Literal("add"),
    name,
    /** The earlier layer whose output is added. */
    adds: Name,
  }),
)
export type Add = typeof Add.Type

export const shape: ShapeRule<Add> = ({ adds }, name, input, outputOf) => {
  const other = namedOutput(name, adds, outputOf)
  if (`${other}` !== `${input}`)
    throw new ImpossibleNetwork({
      layer: name,
      reason: `it adds ${adds}, which gives ${other.join("×")}, to ${input.join("×")}: both must be the same`,
    })
  return { output: input, takes: [adds] }
}

/** Neither map is asked for on the way back. */
export const cost: CostRule<Add> = () => ({ multiplyAdds: 0, inPlace: true })

/** A relu right after it is taken in. */
export const unit: UnitMaker<Add> = (site, { after, input, taken }) => {
  const relu = isRelu(after[0])
  return { unit: unitOf(site, input, taken[0]!, relu), takes: relu ? 2 : 1 }
}

/** What goes back to `added` is this unit's own gradient, which whoever planned that layer adds there. */
function unitOf({ kernels, ...site }: Site, input: Activations, added: Activations, relu: boolean): Unit {
  const output = activations({ kernels, ...site }, input.size, true)
  const { values, gradient, rowBytes } = output
  const perRow = rowBytes / VECTOR
  return {
    output,
    back: [gradient],
    forward: (rows) => {
      kernels.addValues(input.values, added.values, values, rows * perRow)
      if (relu) kernels.reluForward(values, values, rows * perRow)
    },
    backward: (rows) => {
      if (relu) kernels.reluBackward(gradient, values, gradient, rows * perRow)
      if (input.gradient === 0) return
      // All rows are one piece.
      // biome-ignore format: one group of arguments a line
      kernels.copyRows(
        gradient, rowBytes, rowBytes, input.gradient, rowBytes, rowBytes,
        1, 1, rows * rowBytes)
    },
  }
}

export const tensorflow: TensorflowForm<Add> = ({ tf }, _, value, [added]) => tf.add(value, added!)

/** Two names in `forward` and a plus: it has no module. */
export const pytorch: PytorchForm<Add> = (_, image) => ({ image })

export const layersModel: LayersModelForm<Add> = () => ({ className: "Add", config: {} })
