// The declarations of docs/pytorch.md as one graph, so that they are type-checked; nothing runs it.

import { foldsOf, onEachFold } from "../../experiments/parts/cross-validation.ts"
import { data } from "../../experiments/parts/data.ts"
import { network } from "../../ml/network/network.ts"
import { optimizer } from "../../ml/training/optimizer.ts"
import { evaluate } from "../../stages/evaluate.ts"
import { exportFor } from "../../stages/export.ts"
import { train } from "../../stages/train.ts"

const given = data({ dataset: "fashion-mnist", validation: 0.1, seed: 1 })
const { fetched, split, classes } = given

const lenet = network({
  layers: [
    { type: "conv", name: "conv1", filters: 6, kernel: 5, padding: "same" },
    { type: "activation", name: "relu1", kind: "relu" },
    { type: "pool", name: "pool1", kind: "max", size: 2 },
    { type: "conv", name: "conv2", filters: 16, kernel: 5 },
    { type: "batch-normalization", name: "normal" },
    { type: "activation", name: "relu2", kind: "relu" },
    { type: "pool", name: "pool2", kind: "max", size: 2 },
    { type: "flatten", name: "flatten" },
    { type: "dense", name: "dense1", units: 120 },
    { type: "activation", name: "relu3", kind: "relu" },
    { type: "dropout", name: "dropout1", rate: 0.25 },
    { type: "dense", name: "dense2", units: 10, initializer: "glorot" },
  ],
})

const adam = optimizer({ type: "adam", learningRate: 0.001 })
const adamW = optimizer({ type: "adam", learningRate: 0.001, weightDecay: 0.01 })
const sgd = optimizer({ type: "sgd", learningRate: 0.01, momentum: 0.9 })

const schedule = { type: "cosine", epochs: 15, floor: 0, warmUp: 1 } as const
const scheduled = { ...adam, schedule }

const settings = {
  network: lenet,
  dropout: 0.25,
  optimizer: scheduled,
  batchSize: 64,
  epochs: 15,
  classes: classes.length,
  seed: 1,
  curveExamples: 1000,
  patience: null,
  minimumDelta: 0,
  monitor: "loss",
  restoreBest: false,
} as const
const model = train(
  { ...settings, stream: "final" },
  {
    inputs: fetched.trainImages,
    targets: fetched.trainLabels,
    train: split.train,
    validation: split.validation,
  },
)

const test = evaluate.test(
  { classes },
  { inputs: fetched.testImages, targets: fetched.testLabels, weights: model.weights },
)

const folds = foldsOf(given, { folds: 5, examples: "all", seed: 1 })
const cells = onEachFold(given, folds, settings, (fold) => ({ fold }))

const exported = exportFor.pytorch({ title: "LeNet on Fashion-MNIST", classes }, { weights: model.weights })

/** What an experiment would return. */
export const wired = { test, cells, exported, others: { adamW, sgd } }
