// `report`: what several ways to search cost and found, side by side.
import * as Schema from "effect/Schema"
import { form, many, stage } from "refold"
import { summary } from "../ml/statistics/moments.ts"

export const report = stage("report", {
  doc: "Sets ways to search side by side: epochs trained, and the best cell that each ended with",
  forms: {
    searches: form({
      params: Schema.Struct({
        methods: Schema.NonEmptyArray(
          Schema.Struct({
            name: Schema.String,
            /** Trained in all, over folds; of halving, the rungs go on where the ones before ended. */
            epochs: Schema.Int.pipe(Schema.positive()),
            /** The cells that it trained to the end: the names of their metrics. */
            cells: Schema.Array(Schema.NonEmptyArray(Schema.String)).pipe(Schema.minItems(1)),
          }),
        ),
      }),
      inputs: { metrics: many("metrics:validation") },
      outputs: { searches: "table:summary" },
      run: ({ params: { methods }, inputs: { metrics } }) => {
        const found = methods.map(({ cells }) =>
          cells
            .map((names) => summary(names.map((name) => metrics[name]!.accuracy!)))
            .reduce((best, cell) => (cell.mean > best.mean ? cell : best)),
        )
        const [reference] = found
        return {
          searches: methods.map(({ name, epochs }, at) => ({
            method: name,
            epochs,
            "share of the epochs": epochs / methods[0]!.epochs,
            accuracy: found[at]!.mean,
            "± s.e.": found[at]!.standardError,
            "within one s.e. of the first":
              found[at]!.mean >= reference!.mean - (reference!.standardError ?? 0) ? "yes" : "no",
          })),
        }
      },
    }),
  },
})
