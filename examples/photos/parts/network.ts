// The residual network of this project: two blocks of two convolutions each, behind one that looks at pixels.
import { network } from "refold/ml"

/** Each block adds what went in to what two convolutions make of it (https://arxiv.org/abs/1512.03385). */
export const residual = (filters: number, classes: number) =>
  network({
    layers: [
      ...convolution("first", filters, 2),
      { type: "activation", kind: "relu", name: "small" },
      ...convolution("second", filters),
      { type: "activation", kind: "relu" },
      ...convolution("third", filters),
      { type: "add", adds: "small" },
      { type: "activation", kind: "relu" },
      ...convolution("fourth", 2 * filters, 2),
      { type: "activation", kind: "relu", name: "smaller" },
      ...convolution("fifth", 2 * filters),
      { type: "activation", kind: "relu" },
      ...convolution("sixth", 2 * filters),
      { type: "add", adds: "smaller" },
      { type: "activation", kind: "relu" },
      { type: "global-average" },
      { type: "dense", units: classes },
    ],
  })

/** Three by three pixels, then batch normalization. */
const convolution = (name: string, filters: number, stride = 1) =>
  [
    { type: "conv", name, filters, kernel: 3, stride, padding: "same" },
    { type: "batch-normalization" },
  ] as const
