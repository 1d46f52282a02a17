// `visualize`: charts as Vega-Lite specs, and the SVG and PNG drawn from them. One form a chart, in the file of what it shows.
import { stage } from "refold"
import { classScores, confusion, confusionErrors, examples } from "./visualize/classes.ts"
import { calibration, dependence, estimates, importance, precisionRecall, roc } from "./visualize/models.ts"
import {
  denseEquivalent,
  featureMaps,
  filters,
  filtersOverTime,
  memory,
  shifts,
} from "./visualize/networks.ts"
import {
  accuracyByRate,
  differences,
  gapByRate,
  learningCurves,
  lossByRate,
  trials,
} from "./visualize/training.ts"

export const visualize = stage("visualize", {
  doc: "Draws a chart: its Vega-Lite spec, SVG and PNG",
  packages: ["source-sans"],
  forms: {
    learningCurves,
    lossByRate,
    gapByRate,
    differences,
    accuracyByRate,
    trials,
    confusion,
    confusionErrors,
    examples,
    classScores,
    filters,
    filtersOverTime,
    featureMaps,
    denseEquivalent,
    shifts,
    roc,
    precisionRecall,
    calibration,
    importance,
    dependence,
    estimates,
    memory,
  },
})
