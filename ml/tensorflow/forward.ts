// A network's layers as operations of TensorFlow.js, one after the other; it knows no loss and no optimizer.
import type { Tensor } from "@tensorflow/tfjs-core"
import type { LayerShape } from "../layers/parts/shape.ts"
import type { Pass, TensorflowForm } from "../layers/parts/tensorflow.ts"
import { type Layer, tensorflowForms } from "../layers/table.ts"

/** Logits of `x`, [rows, …shape]. */
export function forward(pass: Pass, layers: ReadonlyArray<LayerShape<Layer>>, x: Tensor): Tensor {
  const outputs = new Map<string, Tensor>()
  return layers.reduce((value, shape) => {
    const form = tensorflowForms[shape.layer.type] as TensorflowForm<Layer>
    const output = form(
      pass,
      shape,
      value,
      (shape.takes ?? []).map((earlier) => outputs.get(earlier)!),
    )
    outputs.set(shape.name, output)
    return output
  }, x)
}
