// How good predictions are, whoever made them: a table of what is so and of the probability of each class.
import { Schema } from "effect"
import { form, type Row, stage } from "refold"
import { measureClasses, rocRows } from "refold/ml"

const params = Schema.Struct({ target: Schema.String, classes: Schema.Array(Schema.String) })

export const score = stage("score", {
  doc: "Accuracy with its interval, loss and ROC curve of predicted probabilities",
  forms: {
    validation: form({
      params,
      inputs: { predictions: "table:predictions" },
      outputs: { metrics: "metrics:validation", roc: "table:roc" },
      run: ({ params, inputs }) => scores(params, inputs.predictions),
    }),
    test: form({
      params,
      inputs: { predictions: "table:predictions" },
      outputs: { metrics: "metrics:test", roc: "table:roc" },
      run: ({ params, inputs }) => scores(params, inputs.predictions),
    }),
  },
})

function scores({ target, classes }: typeof params.Type, rows: ReadonlyArray<Row>) {
  const labels = rows.map((row) => classes.indexOf(String(row[target])))
  const probabilities = rows.flatMap((row) => classes.map((name) => Number(row[name])))
  const measured = measureClasses(labels, probabilities, classes, 10)
  return { metrics: measured.metrics, roc: rocRows(measured) }
}
