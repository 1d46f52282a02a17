// A network's layers as operations of TensorFlow.js, one after the other; it knows no loss and no optimizer.
import type { Tensor } from "@tensorflow/tfjs-core"
import type { LayerShape } from "../layers/parts/shape.ts"
import type { Pass, TensorflowForm } from "../layers/parts/tensorflow.ts"
import { type Layer, tensorflowForms } from "../layers/table.ts"

/** Logits of `x`, [rows, height, width, channels]. */
export const forward = (pass: Pass, layers: ReadonlyArray<LayerShape<Layer>>, x: Tensor): Tensor =>
  layers.reduce((value, shape) => {
    const form = tensorflowForms[shape.layer.type] as TensorflowForm<Layer>
    return form(pass, shape, value)
  }, x)
