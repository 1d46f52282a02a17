// LeNet from download to test accuracy: split, training, learning curves, confusion matrix.
import { experiment } from "refold"
import { lenet } from "refold/ml"
import { singleModel, singleModelParams } from "./parts/single-model.ts"

export default experiment(
  "lenet",
  singleModelParams(15, 0.25),
  (p) => singleModel(p, (classes) => lenet({ dropout: 0, classes }), "LeNet"),
  "LeNet on Fashion-MNIST: learning curves, confusion matrix, test accuracy, first-layer filters",
)
