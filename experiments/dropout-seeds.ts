// Is the choice of a dropout rate worth anything? The whole choice anew from each of several seeds, beside rate 0.
import * as Schema from "effect/Schema"
import { experiment } from "refold"
import { gridParams } from "./dropout-grid.ts"
import { dropoutSeeds } from "./parts/dropout-seeds.ts"
import { differ } from "./parts/params.ts"

const { seed: _, ...params } = gridParams

export default experiment(
  "dropout-seeds",
  {
    ...params,
    seeds: Schema.Array(Schema.Int)
      .pipe(Schema.minItems(2), Schema.filter(differ))
      .annotations({
        default: [1, 7, 23, 42, 101],
        description: "each starts a choice of its own: split, folds, initial weights, batches, masks",
      }),
  },
  dropoutSeeds,
  "The dropout grid from several seeds: test accuracy of what it chose beside rate 0 trained the same way, paired",
)
