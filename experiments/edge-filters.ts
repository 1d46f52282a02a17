// Filters made by hand on real images: what a convolution finds before it has learned anything.
import * as Schema from "effect/Schema"
import { experiment } from "refold"
import { classicFilters } from "refold/ml"
import { describe, HandMade, visualize } from "refold/stages"
import { source } from "./parts/data.ts"
import { dataset, differ, shown } from "./parts/params.ts"

/** Both directions of edges, and the other classics. */
const names = classicFilters.map(({ name }) => name) as [string, ...Array<string>]

export default experiment(
  "edge-filters",
  {
    filters: Schema.NonEmptyArray(Schema.Union(Schema.Literal(...names), HandMade))
      .pipe(Schema.filter(differ))
      .annotations({
        default: names,
        description: `filters by name, or your own 3 × 3: ${names.join(", ")}`,
      }),
    dataset: dataset(),
    shown: shown([1, 0, 7, 8]),
  },
  ({ filters, dataset, shown }) => {
    const { title, classes, fetched } = source(dataset)
    const missing = shown.find((wanted) => wanted >= classes.length)
    if (missing !== undefined)
      throw new RangeError(`shown holds ${missing}: ${title} has the classes 0 to ${classes.length - 1}`)
    const known = (filter: (typeof filters)[number]) =>
      typeof filter === "string" ? classicFilters.find(({ name }) => name === filter)! : filter
    const [first, ...rest] = filters
    const { maps, responses, answers, metrics } = describe.filters(
      { classes, shown, filters: [known(first), ...rest.map(known)] },
      { images: fetched.trainImages, labels: fetched.trainLabels },
    )
    return {
      responses,
      answers,
      filters: metrics,
      charts: {
        maps: visualize.featureMaps(
          {
            title: "Filters made by hand, and the feature maps that they give",
            subtitle: `images of ${title}; red is positive, blue negative, white 0; each filter, and its maps, have a scale of their own`,
            filterScale: "each",
          },
          { maps },
          { chart: "maps" },
        ),
      },
    }
  },
  "Filters made by hand on real images: vertical and horizontal edges, and the classics",
)
