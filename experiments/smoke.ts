// The graph of the dropout grid on the small real sample that the repository holds: seconds, no network.
import { experiment } from "refold"
import { fashionMnistSample } from "refold/ml"
import { gridParams } from "./dropout-grid.ts"
import { dropoutGrid } from "./parts/dropout-grid.ts"
import { batchSize, count, curveExamples, dataset, learningRate, seed, validation } from "./parts/params.ts"

export default experiment(
  "smoke",
  {
    rates: gridParams.rates.annotations({ default: [0, 0.5] }),
    folds: gridParams.folds.annotations({ default: 2 }),
    examples: gridParams.examples.annotations({ default: 300 }),
    epochs: count(3, "epochs of each cell"),
    filters: gridParams.filters.annotations({ default: [6, 16] }),
    finalists: gridParams.finalists.annotations({ default: 1 }),
    finalEpochs: count(4, "epochs of the final training"),
    dataset: dataset(fashionMnistSample.name),
    validation,
    learningRate,
    batchSize,
    curveExamples,
    seed,
  },
  dropoutGrid,
  "The dropout grid's graph on a small sample: a check that all works, without the network",
)
