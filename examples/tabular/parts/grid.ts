// Every candidate on every fold, and which is best by the mean accuracy of its folds.
import { fold, select } from "refold/stages"
import { baselines, fittedBaseline, fittedNetwork, networks, type Training } from "./candidates.ts"
import { classes, normalized, type Part, type Penguins } from "./data.ts"

export function grid(given: Penguins, p: Training & { readonly folds: number }) {
  const folds = Array.from({ length: p.folds }, (_, i) => {
    const part = fold(
      { classes: classes.length, k: p.folds, fold: i + 1, examples: "all", seed: p.seed },
      { targets: given.table.trainTargets, indices: given.parts.train },
      { fold: i + 1 },
    )
    return normalized(given.table, part, { fold: i + 1 })
  })
  const simple = baselines.map(({ model, setting, settings }) =>
    cell({ model, setting, settings }, folds, (part, axes) =>
      fittedBaseline(given, part, settings.baseline, axes),
    ),
  )
  const dense = networks.map(({ model, setting, settings }) =>
    cell({ model, setting, settings }, folds, (part, axes) =>
      fittedNetwork(given, part, settings.network, p, `fold=${axes.fold}`, axes),
    ),
  )
  return {
    baseline: best(simple, "baseline"),
    network: best(dense, "network"),
    all: best([...simple, ...dense], "all"),
  }
}

type Folds = ReadonlyArray<Part>
type Metrics = ReturnType<typeof fittedBaseline>["metrics"]
type Cell = ReturnType<typeof cell>

function cell<S extends object>(
  { model, setting, settings }: { readonly model: string; readonly setting: string; readonly settings: S },
  folds: Folds,
  fit: (part: Part, axes: { model: string; setting: string; fold: number }) => { readonly metrics: Metrics },
) {
  const validated = folds.map((part, i) => {
    const axes = { model: plain(model), setting: plain(setting), fold: i + 1 }
    return { name: `${model}, ${setting}, fold ${i + 1}`, metrics: fit(part, axes).metrics }
  })
  return { candidate: { model, setting }, settings, validated }
}

/** As labels of tasks have it. */
const plain = (text: string): string => text.replaceAll(" ", "-")

const best = (cells: ReadonlyArray<Cell>, among: string) =>
  select.best(
    {
      cells: cells.map(({ candidate, settings, validated }) => ({
        candidate,
        settings,
        folds: validated.map(({ name }) => name),
      })) as never,
      rule: "best",
    },
    {
      metrics: Object.fromEntries(
        cells.flatMap(({ validated }) => validated.map(({ name, metrics }) => [name, metrics])),
      ),
    },
    { among },
  )
