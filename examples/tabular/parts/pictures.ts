// What the tested models are, in pictures.
import type { Output } from "refold"
import { baseline, evaluate, visualize } from "refold/stages"
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
const validated = "the best baseline and the best network, on the penguins that validate"

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

const single = groups.flatMap(({ name, columns: [column, ...more] }) =>
  more.length === 0 ? [{ name, column: column! }] : [],
)

export function pictures(
  { table, parts }: Penguins,
  seed: number,
  { simple, dense, simpleTest, denseTest }: Models,
) {
  const { importance, dependence } = inspected({ table, parts }, seed, { simple, dense })
  return {
    curve: visualize.learningCurves(
      { title: "Learning curves", subtitle: "the best network" },
      { curve: dense.curve },
      { chart: "learning-curves" },
    ),
    roc: visualize.roc(
      { title: "ROC curves", subtitle: tested },
      { roc: { baseline: simpleTest.roc, network: denseTest.roc } },
      { chart: "roc" },
    ),
    calibration: visualize.calibration(
      { title: "Calibration", subtitle: tested },
      { calibration: { baseline: simpleTest.calibration, network: denseTest.calibration } },
      { chart: "calibration" },
    ),
    importance: visualize.importance(
      {
        title: "Permutation importance",
        subtitle: `${validated}: the mean of 30 deals, and their deviation`,
      },
      { importance },
      { chart: "importance" },
    ),
    dependence: visualize.dependence(
      {
        title: "Partial dependence",
        subtitle: `${validated}: the probability of a male that they say on average, all else as it is`,
        shown: ["male"],
      },
      { dependence },
      { chart: "dependence" },
    ),
  }
}

/** What each model makes of its features. */
function inspected(
  { table, parts }: Penguins,
  seed: number,
  { simple, dense }: Pick<Models, "simple" | "dense">,
) {
  const examples = { inputs: table.trainInputs, indices: parts.validation }
  const bySimple = { ...examples, model: simple.model }
  const byDense = { ...examples, weights: dense.weights }
  const { trainTargets: targets } = table
  const dealt = { features: groups as never, score: "accuracy", repeats: 30, seed } as const
  const set = { features: single as never, outputs: classes as never }
  const [one, other] = [{ of: "baseline" }, { of: "network" }]
  return {
    importance: {
      baseline: baseline.importance(dealt, { ...bySimple, targets }, { ...one, about: "importance" })
        .importance,
      network: evaluate.importance(dealt, { ...byDense, targets }, { ...other, about: "importance" })
        .importance,
    },
    dependence: {
      baseline: baseline.dependence(set, bySimple, { ...one, about: "dependence" }).dependence,
      network: evaluate.dependence(set, byDense, { ...other, about: "dependence" }).dependence,
    },
  }
}
