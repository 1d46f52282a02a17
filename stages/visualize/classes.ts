// Charts of classes: what was taken for what, scores by class, chosen examples.
import * as Schema from "effect/Schema"
import { form, type Row } from "refold"
import * as charts from "refold/charts"
import { decodeChosen } from "refold/ml"
import { drawn, heading, outputs } from "./drawn.ts"

const Classes = Schema.Array(Schema.String)

/** A confusion table as `counts[true class][predicted class]`. */
const countsIn = (confusion: ReadonlyArray<Row>, classes: number) =>
  Array.from({ length: classes }, (_, row) =>
    confusion.slice(row * classes, (row + 1) * classes).map(({ count }) => Number(count)),
  )

export const confusion = form({
  params: Schema.Struct({ ...heading, classes: Classes }),
  inputs: { confusion: "table:confusion" },
  outputs,
  run: ({ params, inputs }) =>
    drawn(charts.confusionMatrix({ ...params, counts: countsIn(inputs.confusion, params.classes.length) })),
})

/** What was taken for what, without what was right. */
export const confusionErrors = form({
  params: Schema.Struct({ ...heading, classes: Classes }),
  inputs: { confusion: "table:confusion" },
  outputs,
  run: ({ params, inputs }) =>
    drawn(charts.confusionErrors({ ...params, counts: countsIn(inputs.confusion, params.classes.length) })),
})

/** Chosen test images in a row a class, with what the model took them for. */
export const examples = form({
  params: Schema.Struct({ ...heading, classes: Classes }),
  inputs: { examples: "examples:test" },
  outputs,
  run: ({ params: { classes, ...heading }, inputs }) =>
    drawn(charts.classExamples({ ...heading, names: classes, ...decodeChosen(inputs.examples) })),
})

export const classScores = form({
  params: Schema.Struct(heading),
  inputs: { classes: "table:classes" },
  outputs,
  run: ({ params, inputs }) =>
    drawn(
      charts.classScores({
        ...params,
        scores: inputs.classes.map((row) => ({
          name: String(row.class),
          precision: row.precision as number | null,
          recall: row.recall as number | null,
        })),
      }),
    ),
})
