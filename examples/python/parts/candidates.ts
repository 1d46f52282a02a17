// What is tried: estimators of scikit-learn over a grid of their settings.
import { grid } from "refold/ml"
import type { Estimator } from "../stages/fit.ts"

type Candidate = typeof Estimator.Type

const over = (
  model: Candidate["model"],
  settings: Readonly<Record<string, ReadonlyArray<number>>>,
): ReadonlyArray<Candidate> => grid(settings).map((settings) => ({ model, settings }))

export const candidates: ReadonlyArray<Candidate> = [
  ...over("logistic regression", { C: [0.01, 1] }),
  ...over("random forest", { max_depth: [2, 8] }),
  ...over("nearest neighbours", { n_neighbors: [5, 25] }),
]

/** For tables: "C 0.01". */
export const settingOf = ({ settings }: Candidate): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")
