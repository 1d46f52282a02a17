// Chosen images in a row a class, each with what a classifier took it for; knows nothing of how they were chosen.

import type { ChosenExamples } from "../coursework/examples-file.ts"
import type { ChartSpec } from "./chart-spec.ts"
import { percent } from "./curve.ts"
import type { Heading } from "./theme.ts"
import { tileGrid } from "./tile-grid.ts"

interface ClassExamplesChart extends Heading, ChosenExamples {
  /** Names by class number. */
  readonly names: ReadonlyArray<string>
}

/** A row is what the images are, the words below an image are what it was taken for; those of a mistake stand out. */
export const classExamples = ({
  title,
  subtitle,
  names,
  imageSize: [height, width],
  classes,
  examples,
}: ClassExamplesChart): ChartSpec =>
  tileGrid({
    ...{ title, subtitle, height, width, range: [0, 255], nothing: "none" },
    rows: classes.map((number) => ({
      name: names[number]!,
      tiles: examples
        .filter(({ label }) => label === number)
        .map(({ predicted, probability, pixels }) => ({
          label: names[predicted]!,
          remark: probability >= 0.9995 ? ">99.9%" : percent(probability),
          marked: predicted !== number,
          values: pixels,
        })),
    })),
  })
