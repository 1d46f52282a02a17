// What the tested models are, in pictures.
import type { Output } from "refold"
import { baseline, visualize } from "refold/stages"
import { draw } from "../stages/draw.ts"
import type { fittedBaseline, fittedNetwork } from "./candidates.ts"
import { classes, features, type Penguins } from "./data.ts"

interface Measured {
  readonly roc: Output<"table:roc">
  readonly calibration: Output<"table:calibration">
}

interface Models {
  readonly simple: ReturnType<typeof fittedBaseline>
  readonly dense: ReturnType<typeof fittedNetwork>
  readonly simpleTest: Measured
  readonly denseTest: Measured
}

const tested = "the best baseline and the best network of the cross-validation, on the penguins to test on"

/** Columns that encode one thing are dealt out together. */
const groups = [
  "species",
  "island",
  "bill_length_mm",
  "bill_depth_mm",
  "flipper_length_mm",
  "body_mass_g",
].map((name) => ({
  name,
  columns: features.flatMap((feature, at) =>
    feature === name || feature.startsWith(`${name}=`) ? [at] : [],
  ),
}))

export function pictures(
  { table, parts }: Penguins,
  seed: number,
  { simple, dense, simpleTest, denseTest }: Models,
) {
  const inspected = { inputs: table.trainInputs, indices: parts.validation, model: simple.model }
  const { importance } = baseline.importance(
    { features: groups as never, score: "accuracy", repeats: 30, seed },
    { ...inspected, targets: table.trainTargets },
    { about: "importance" },
  )
  const { dependence } = baseline.dependence(
    {
      features: groups
        .filter(({ columns }) => columns.length === 1)
        .map(({ name, columns }) => ({ name, column: columns[0]! })) as never,
      outputs: classes as never,
    },
    inspected,
    { about: "dependence" },
  )
  const validated = "the best baseline, on the penguins that validate"
  return {
    curve: visualize.learningCurves(
      { title: "Learning curves", subtitle: "the best network" },
      { curve: dense.curve },
      { chart: "learning-curves" },
    ),
    roc: draw.roc(
      { title: "ROC curves", subtitle: tested },
      { curves: { baseline: simpleTest.roc, network: denseTest.roc } },
      { chart: "roc" },
    ),
    calibration: draw.calibration(
      { title: "Calibration", subtitle: tested },
      { curves: { baseline: simpleTest.calibration, network: denseTest.calibration } },
      { chart: "calibration" },
    ),
    importance: draw.importance(
      {
        title: "Permutation importance",
        subtitle: `${validated}: the mean of 30 deals, and their deviation`,
      },
      { rows: importance },
      { chart: "importance" },
    ),
    dependence: draw.dependence(
      {
        title: "Partial dependence",
        subtitle: `${validated}: what it says on average, all else as it is`,
        output: "male",
      },
      { rows: dependence },
      { chart: "dependence" },
    ),
  }
}
