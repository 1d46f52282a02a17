// What is tried: baselines with their settings, and dense networks of one hidden layer; how each is fitted to a part and validated.
import type { Bound } from "refold"
import { type BaselineSettings, baselineSettings, type Network, network, optimizer } from "refold/ml"
import { baseline, evaluate, train } from "refold/stages"
import { classes, type Part, type Penguins } from "./data.ts"

type Axes = Readonly<Record<string, string | number>>

/** A name for tables and for the labels of tasks, and what is bound to the choice. */
interface Candidate<Settings> {
  readonly model: string
  readonly setting: string
  readonly settings: Settings
}

const simple = (model: string, setting: string, given: Parameters<typeof baselineSettings>[0]) => ({
  model,
  setting,
  settings: { baseline: baselineSettings(given) },
})

export const baselines: ReadonlyArray<Candidate<{ readonly baseline: BaselineSettings }>> = [
  simple("majority", "none", { type: "majority" }),
  ...[0.1, 1, 10].map((c) => simple("logistic regression", `c ${c}`, { type: "logistic-regression", c })),
  ...[5, 15].map((k) => simple("nearest neighbours", `k ${k}`, { type: "k-nearest-neighbours", k })),
  ...[2, 4].map((maximumDepth) =>
    simple("decision tree", `depth ${maximumDepth}`, { type: "decision-tree", maximumDepth }),
  ),
]

/** Of so many hidden units. */
export const networks: ReadonlyArray<Candidate<{ readonly network: Network }>> = [8, 32].map((units) => ({
  model: "dense network",
  setting: `${units} units`,
  settings: {
    network: network({
      layers: [
        { type: "dense", units },
        { type: "activation", kind: "relu" },
        { type: "dropout", rate: 0.2 },
        { type: "dense", units: classes.length },
      ],
    }),
  },
}))

export const fittedBaseline = (
  { table }: Penguins,
  part: Part,
  settings: BaselineSettings | Bound,
  axes: Axes = {},
) =>
  baseline.classes(
    { classes, baseline: settings },
    { inputs: table.trainInputs, targets: table.trainTargets, ...part },
    axes,
  )

export interface Training {
  readonly epochs: number
  readonly seed: number
}

/** @param stream trainings of one stream start alike and see the same batches */
export function fittedNetwork(
  { table }: Penguins,
  part: Part,
  layers: Network | Bound,
  { epochs, seed }: Training,
  stream: string,
  axes: Axes = {},
) {
  const [inputs, targets] = [table.trainInputs, table.trainTargets]
  const { weights, curve } = train(
    {
      network: layers,
      optimizer: optimizer({ type: "adam", learningRate: 0.01 }),
      batchSize: 32,
      classes: classes.length,
      seed,
      stream,
      curveExamples: "validation",
      epochs,
      patience: null,
      minimumDelta: 0,
      monitor: "loss",
      restoreBest: false,
      dropout: 0.2,
    },
    { inputs, targets, ...part },
    axes,
  )
  const { metrics } = evaluate.validation(
    { classes },
    { inputs, targets, indices: part.validation, weights },
    axes,
  )
  return { weights, curve, metrics }
}
