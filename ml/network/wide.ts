// Two convolutions of 32 and 64 filters and a dense layer of 1,024: a network that has room; it knows no training.
import { type Network, network } from "./network.ts"

/** After TensorFlow's tutorial network for MNIST, which Fashion-MNIST's list of benchmarks has too. For [28, 28, 1] images. */
export const wide = (classes: number): Network =>
  network({
    layers: [
      { type: "conv", name: "conv1", filters: 32, kernel: 5, padding: "same" },
      { type: "activation", name: "relu1", kind: "relu" },
      { type: "pool", name: "pool1", kind: "max", size: 2 },
      { type: "conv", name: "conv2", filters: 64, kernel: 5, padding: "same" },
      { type: "activation", name: "relu2", kind: "relu" },
      { type: "pool", name: "pool2", kind: "max", size: 2 },
      { type: "flatten", name: "flatten" },
      { type: "dense", name: "dense1", units: 1024 },
      { type: "activation", name: "relu3", kind: "relu" },
      { type: "dropout", name: "dropout1", rate: 0 },
      { type: "dense", name: "dense2", units: classes, initializer: "glorot" },
    ],
  })
