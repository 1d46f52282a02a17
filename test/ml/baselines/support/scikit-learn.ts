// scikit-learn, where a Python has it: its data, its models on our folds, its metrics. Knows no law.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { BaselineSettings } from "../../../../ml/baselines/settings.ts"
import { runPython, without } from "../../../support/python.ts"

/** Why there is nothing to compare with; false where there is. */
export const noScikitLearn: false | string = without(["sklearn", "numpy"], ["scikit-learn", "numpy"])

const script = fileURLToPath(new URL("scikit-learn.py", import.meta.url))

export interface Table {
  readonly features: number
  /** float32 values, row-major. */
  readonly x: ReadonlyArray<number>
  readonly y: ReadonlyArray<number>
}

/** The tables that the package holds. */
export const scikitLearnData = () =>
  JSON.parse(runPython([script, "data"])) as {
    readonly version: string
    readonly tables: Readonly<Record<string, Table>>
  }

export interface FitTask {
  /** By its name. */
  readonly table: string
  readonly settings: BaselineSettings
  /** Whether features have mean 0 and deviation 1 of the examples to fit. */
  readonly standardize: boolean
  readonly classes: number | null
  readonly train: ReadonlyArray<number>
  readonly validation: ReadonlyArray<number>
}

export interface TheirTree {
  readonly feature: ReadonlyArray<number>
  readonly threshold: ReadonlyArray<number>
  readonly left: ReadonlyArray<number>
  readonly right: ReadonlyArray<number>
}

export interface MeasureTask {
  readonly targets: ReadonlyArray<number>
  readonly probabilities: ReadonlyArray<number>
  readonly bins: number
}

export interface RegressionTask {
  readonly targets: ReadonlyArray<number>
  readonly estimates: ReadonlyArray<number>
}

interface Asked {
  readonly tables: Readonly<Record<string, Table>>
  readonly fit: ReadonlyArray<FitTask>
  readonly measure: ReadonlyArray<MeasureTask>
  readonly regression: ReadonlyArray<RegressionTask>
}

interface Said {
  readonly fit: ReadonlyArray<{ readonly said: ReadonlyArray<number>; readonly tree?: TheirTree }>
  readonly measure: ReadonlyArray<
    Readonly<Record<"area" | "averagePrecision" | "brierScore" | "logLoss", number>> &
      Readonly<Record<"observed" | "predicted", ReadonlyArray<number>>>
  >
  readonly regression: ReadonlyArray<
    Readonly<Record<"meanAbsoluteError" | "rootMeanSquaredError" | "rSquared", number>>
  >
}

/** One process answers all. */
export function askScikitLearn(folder: string, asked: Asked): Said {
  const path = join(folder, "asked.json")
  writeFileSync(path, JSON.stringify(asked))
  return JSON.parse(runPython([script, path])) as Said
}
