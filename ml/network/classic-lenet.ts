// LeNet-5 as it was: tanh and average pooling; it knows nothing of how it is trained.
import { type Network, network } from "./network.ts"

/** After LeCun et al. (1998), with trained averages, partial connections and radial outputs left out. For [28, 28, 1] images. */
export const classicLenet = (classes: number): Network =>
  network({
    layers: [
      { type: "conv", name: "conv1", filters: 6, kernel: 5, padding: "same", initializer: "glorot" },
      { type: "activation", name: "tanh1", kind: "tanh" },
      { type: "pool", name: "pool1", kind: "average", size: 2 },
      { type: "conv", name: "conv2", filters: 16, kernel: 5, initializer: "glorot" },
      { type: "activation", name: "tanh2", kind: "tanh" },
      { type: "pool", name: "pool2", kind: "average", size: 2 },
      { type: "flatten", name: "flatten" },
      { type: "dense", name: "dense1", units: 120, initializer: "glorot" },
      { type: "activation", name: "tanh3", kind: "tanh" },
      { type: "dropout", name: "dropout1", rate: 0 },
      { type: "dense", name: "dense2", units: 84, initializer: "glorot" },
      { type: "activation", name: "tanh4", kind: "tanh" },
      { type: "dropout", name: "dropout2", rate: 0 },
      { type: "dense", name: "dense3", units: classes, initializer: "glorot" },
    ],
  })
