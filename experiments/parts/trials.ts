// The trials of a search: what each tries, for tables, and the params that this makes for `train`.
import { lenet } from "../../ml/network/lenet.ts"
import { type Candidate, grid, randomSearch, space } from "../../ml/search/search.ts"
import { type Optimizer, optimizer } from "../../ml/training/optimizer.ts"

export interface Trial {
  readonly candidate: Readonly<Record<string, number | string>>
  readonly settings: {
    readonly network: ReturnType<typeof lenet>
    readonly dropout: Readonly<Record<string, number>>
    readonly optimizer: Optimizer
    readonly batchSize: number
  }
}

const searched = space({
  learningRate: { type: "log-uniform", low: 0.0002, high: 0.01, digits: 3 },
  batchSize: { type: "choice", values: [32, 64, 128] },
  dropout1: { type: "uniform", low: 0, high: 0.6, digits: 2 },
  dropout2: { type: "uniform", low: 0, high: 0.6, digits: 2 },
  filters: { type: "choice", values: ["6, 16", "8, 24", "12, 32"] },
  optimizer: { type: "choice", values: ["adam", "sgd"] },
  weightDecay: { type: "log-uniform", low: 0.0001, high: 0.1, digits: 2 },
})

const gridded = {
  learningRate: [0.0005, 0.001, 0.002],
  batchSize: [64],
  dropout1: [0.2, 0.4],
  dropout2: [0.2],
  filters: ["6, 16", "8, 24"],
  optimizer: ["adam"],
  weightDecay: [0],
}

export function trials(
  search: "random" | "grid",
  budget: number,
  seed: number,
  classes: number,
): ReadonlyArray<Trial> {
  const candidates: ReadonlyArray<Candidate> =
    search === "grid" ? grid<number | string>(gridded) : randomSearch(searched, seed, budget)
  return candidates.map((candidate) => {
    const {
      learningRate,
      batchSize,
      dropout1,
      dropout2,
      filters,
      optimizer: kind,
      weightDecay,
    } = candidate as Readonly<Record<string, number>> & {
      readonly filters: string
      readonly optimizer: string
    }
    const [first, second] = filters.split(", ").map(Number) as [number, number]
    return {
      candidate: candidate as Trial["candidate"],
      settings: {
        network: lenet({ dropout: 0, classes, filters: [first, second] }),
        dropout: { dropout1: dropout1!, dropout2: dropout2! },
        optimizer:
          kind === "adam"
            ? optimizer({ type: "adam", learningRate: learningRate!, weightDecay: weightDecay! })
            : // Plain steps are longer than Adam's for the same progress: momentum multiplies them by ten.
              optimizer({ type: "sgd", learningRate: 10 * learningRate!, weightDecay: weightDecay! }),
        batchSize: batchSize!,
      },
    }
  })
}
