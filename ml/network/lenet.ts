// LeNet-5 as it is taught today, with relu, max-pooling and dropout; it knows nothing of how it is trained.
import { type Network, network } from "./network.ts"

export interface LenetOptions {
  /** The dropout rate after both hidden dense layers, in [0, 1). */
  readonly dropout: number
  readonly classes?: number
  /** Filters of the two convolutions. */
  readonly filters?: readonly [number, number]
  /** Units of the two hidden dense layers. */
  readonly units?: readonly [number, number]
}

/**
 * After LeCun et al., "Gradient-based learning applied to document recognition" (1998). For [28, 28, 1] images.
 * The rate changes no other layer's name, so initial weights do not depend on it.
 */
export const lenet = ({
  dropout,
  classes = 10,
  filters = [6, 16],
  units = [120, 84],
}: LenetOptions): Network =>
  network({
    layers: [
      { type: "conv", name: "conv1", filters: filters[0], kernel: 5, padding: "same" },
      { type: "activation", name: "relu1", kind: "relu" },
      { type: "pool", name: "pool1", kind: "max", size: 2 },
      { type: "conv", name: "conv2", filters: filters[1], kernel: 5 },
      { type: "activation", name: "relu2", kind: "relu" },
      { type: "pool", name: "pool2", kind: "max", size: 2 },
      { type: "flatten", name: "flatten" },
      { type: "dense", name: "dense1", units: units[0] },
      { type: "activation", name: "relu3", kind: "relu" },
      { type: "dropout", name: "dropout1", rate: dropout },
      { type: "dense", name: "dense2", units: units[1] },
      { type: "activation", name: "relu4", kind: "relu" },
      { type: "dropout", name: "dropout2", rate: dropout },
      { type: "dense", name: "dense3", units: classes, initializer: "glorot" },
    ],
  })
