// How a first layer's filters came about: before training, after some epochs, and in the model. No epoch is trained for it,
// since a shorter training of the same settings is the beginning of the longer one.
import { describe, visualize } from "refold/stages"
import type { data } from "./data.ts"
import { type finalModel, trainedOnAll } from "./final-model.ts"

/** Epochs after which the filters are shown, as far as the training has more. */
const SHOWN = [1, 5]
/** Filters that are shown, at most. */
const MOST = 8

interface Shown {
  /** What the picture calls the model, and its first convolution. */
  readonly called: string
  readonly layer: string
}

export function filtersOverTime(
  given: ReturnType<typeof data>,
  { model, settings, axes }: Pick<ReturnType<typeof finalModel>, "model" | "settings" | "axes">,
  { called, layer }: Shown,
) {
  const after = SHOWN.filter((epochs) => epochs < settings.epochs).map((epochs) => ({
    name: `after ${epochs} epoch${epochs === 1 ? "" : "s"}`,
    weights: `epoch ${epochs}`,
    of: trainedOnAll(given, { ...settings, epochs, restoreBest: false }, { ...axes, after: epochs }).weights,
  }))
  const initial = describe.initial(
    { seed: settings.seed, stream: "final" },
    { weights: model.weights },
    { about: "initial-weights" },
  )
  const times = [
    { name: "before training", weights: "initial", of: initial.weights },
    ...after,
    { name: "the model", weights: "model", of: model.weights },
  ] as const
  const [first, ...rest] = times.map(({ name, weights }) => ({ name, weights }))
  return visualize.filtersOverTime(
    {
      title: "First-layer filters over the training",
      subtitle: [
        `${called} on ${given.title}: what the first convolution starts with, and what it becomes`,
        "one scale for all: white is 0, red positive, blue negative",
      ],
      layer,
      times: [first!, ...rest],
      most: MOST,
    },
    { weights: Object.fromEntries(times.map(({ weights, of }) => [weights, of])) },
    { chart: "filters-over-time" },
  )
}
