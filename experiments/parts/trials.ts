// The trials of a search: what each tries, for tables, and the params that this makes for `train`.
import { type Candidate, grid, lenet, type Optimizer, optimizer, randomSearch, space } from "refold/ml"

export interface Trial {
  /** What the trial tries, as it is used: what tables and charts show. */
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
  return drawn(search, budget, seed).map((candidate) => {
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
            : optimizer({ type: "sgd", learningRate: learningRate!, weightDecay: weightDecay! }),
        batchSize: batchSize!,
      },
    }
  })
}

/** How many trials a grid has; a random search has as many as its budget. */
export const gridSize = grid<number | string>(gridded).length

/** SGD takes ten times the learning rate for the progress of Adam, so it is drawn from ten times the range. */
function drawn(search: "random" | "grid", budget: number, seed: number): ReadonlyArray<Candidate> {
  if (search === "grid") return grid<number | string>(gridded)
  return randomSearch(searched, seed, budget).map((candidate) =>
    candidate.optimizer === "sgd"
      ? { ...candidate, learningRate: Number((10 * (candidate.learningRate as number)).toPrecision(3)) }
      : candidate,
  )
}
