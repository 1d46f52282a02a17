// What the network is and what it gets wrong, in pictures.
import { evaluate, visualize } from "refold/stages"
import type { trained } from "./model.ts"

type Model = ReturnType<typeof trained>
type Tested = ReturnType<typeof evaluate.test>

export function pictures(
  classes: ReadonlyArray<string>,
  curve: Model["curve"],
  { confusion, predictions, sureness }: Tested,
  tested: Pick<Parameters<typeof evaluate.examples>[1], "inputs" | "targets">,
) {
  const { mistakes, unsure } = evaluate.examples(
    { classes, each: 8, most: 10 },
    { ...tested, predictions, sureness },
    { of: "examples" },
  )
  const subtitle = "a residual network of six convolutions, on the images to test on"
  const below = "below an image, what it was taken for, and with which probability"
  return {
    curve: visualize.learningCurves(
      { title: "Learning curves", subtitle: "a residual network of six convolutions" },
      { curve },
      { chart: "learning-curves" },
    ),
    confusion: visualize.confusion(
      { title: "Confusion matrix", subtitle, classes },
      { confusion },
      { chart: "confusion" },
    ),
    mistakes: visualize.examples(
      { title: "Worst mistakes", subtitle: [subtitle, below], classes },
      { examples: mistakes },
      { chart: "mistakes" },
    ),
    unsure: visualize.examples(
      { title: "Least sure", subtitle: [subtitle, below], classes },
      { examples: unsure },
      { chart: "unsure" },
    ),
  }
}
