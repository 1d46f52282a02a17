// Curves and counts as rows of tables, as charts and people read them. Knows no metric's formula.
import type { classify } from "../classification.ts"
import type { Measured } from "./as-metrics.ts"

/** Points of each class's or label's ROC curve. */
export const rocRows = ({ outputs }: Pick<Measured, "outputs">) =>
  outputs.flatMap(({ name, roc }) => roc.points.map((point) => ({ class: name, area: roc.area, ...point })))

/** Points of each class's or label's precision-recall curve. */
export const precisionRecallRows = ({ outputs }: Pick<Measured, "outputs">) =>
  outputs.flatMap(({ name, positives, precisionRecall: { points, averagePrecision } }) =>
    points.map((point) => ({ class: name, positives, averagePrecision, ...point })),
  )

/** Bins of each calibration. */
export const calibrationRows = ({ calibrations }: Pick<Measured, "calibrations">) =>
  calibrations.flatMap(({ name, bins, expectedCalibrationError }) =>
    bins.map((bin) => ({ class: name, error: expectedCalibrationError, ...bin })),
  )

type Classification = ReturnType<typeof classify>

/** A confusion matrix, cell by cell. */
export const confusionRows = ({ confusion }: Classification, names: ReadonlyArray<string>) =>
  confusion.flatMap((row, actual) =>
    row.map((count, predicted) => ({ actual: names[actual]!, predicted: names[predicted]!, count })),
  )

/** Precision, recall and F1 of each class. */
export const classRows = ({ classes }: Classification, names: ReadonlyArray<string>) =>
  classes.map(({ class: number, ...scores }) => ({ class: names[number]!, ...scores }))
