// What a model gets wrong on the test set, in pictures: which classes are taken for which, and the images that tell most.
import { visualize } from "refold/stages"
import { type finalModel, MOST_ROWS } from "./final-model.ts"

/** @param tested what the pictures say was tested: "LeNet on the test set of Fashion-MNIST" */
export function errorCharts(
  tested: string,
  classes: ReadonlyArray<string>,
  { test, examples }: Pick<ReturnType<typeof finalModel>, "test" | "examples">,
) {
  const { mistakes, unsure } = examples
  const rows = `a row is a true class${classes.length > MOST_ROWS ? `, the ${MOST_ROWS} of ${classes.length} with the most mistakes` : ""}`
  return {
    confusionErrors: visualize.confusionErrors(
      {
        title: "Confusion matrix, errors only",
        subtitle: [
          tested,
          "the diagonal (what was right) is left out; the colours go up to the largest share of errors",
        ],
        classes,
      },
      { confusion: test.confusion },
      { chart: "confusion-errors" },
    ),
    mistakes: visualize.examples(
      {
        title: "Worst mistakes",
        subtitle: [
          tested,
          `${rows}; below an image, the class that it was taken for, and the probability given to that`,
        ],
        classes,
      },
      { examples: mistakes },
      { chart: "mistakes" },
    ),
    unsure: visualize.examples(
      {
        title: "Least sure",
        subtitle: [
          tested,
          `${rows}; below an image, the most probable class and its probability; mistakes are red`,
        ],
        classes,
      },
      { examples: unsure },
      { chart: "unsure" },
    ),
  }
}
