// A wider network of the same kind: 32 and 64 filters, a dense layer of 1,024. Minutes, not seconds.
import { experiment } from "refold"
import { wide } from "refold/ml"
import { singleModel, singleModelParams } from "./parts/single-model.ts"

export default experiment(
  "wide",
  singleModelParams(12, 0.5),
  (p) => singleModel(p, wide, "the wide network"),
  "32 and 64 filters, dense 1,024 and dropout on Fashion-MNIST",
)
