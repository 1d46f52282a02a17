// `refold/ml`: what learning is made of, without stages and without Node, so that a page can import it too. A table of contents.

// Baselines that a comparison needs.
export {
  decodeBaseline,
  encodeBaseline,
  type FittedBaseline,
  fitBaseline,
  predictBaseline,
} from "./baselines/baseline.ts"
export { kNearestNeighbours } from "./baselines/k-nearest-neighbours.ts"
export { linearRegression } from "./baselines/linear/linear-regression.ts"
export { logisticRegression } from "./baselines/logistic/logistic-regression.ts"
export { majority } from "./baselines/majority.ts"
export { meanBaseline } from "./baselines/mean.ts"
export { type Baseline, BaselineError, type Problem, type Rows } from "./baselines/parts/problem.ts"
export { BaselineSettings, type BaselineSettingsEncoded, baselineSettings } from "./baselines/settings.ts"
export { decisionTree } from "./baselines/tree/decision-tree.ts"
export { type Agreement, againstDense } from "./coursework/against-dense.ts"
export { BANK, type ClassicFilter, classicFilters, filterBank } from "./coursework/classic-filters.ts"
export { denseEquivalent, MOST_ENTRIES } from "./coursework/dense-equivalent.ts"
export { decodeChosen, encodeChosen } from "./coursework/examples-file.ts"
export { featureMaps } from "./coursework/feature-maps.ts"
export { decodeMaps, encodeMaps, type Maps } from "./coursework/maps-file.ts"
export { poolInstead, type Variant } from "./coursework/pool-instead.ts"
export {
  differencesOf,
  meansOf,
  type ShiftCount,
  shiftMetrics,
  shiftRow,
} from "./coursework/shift-statistics.ts"
export { stridedInstead } from "./coursework/strided-instead.ts"
// What a course on convolutions asks for.
export { hardestClasses, leastSure, worstMistakes } from "./coursework/telling-examples.ts"
export { ArrayError, type ArrayOf } from "./data/arrays/array.ts"
export { asBytes, decodeArray } from "./data/arrays/decode-array.ts"
export { widenHalfFloats } from "./data/arrays/half-floats.ts"
export { encodeNpy } from "./data/arrays/npy.ts"
export { decodeNpz } from "./data/arrays/npz.ts"
export { rowSize, rows } from "./data/arrays/rows.ts"
export { type Cifar, cifarClasses, decodeCifar } from "./data/cifar.ts"
export {
  type DatasetDescription,
  type DatasetFile,
  type DatasetFiles,
  datasets,
  fashionMnist,
  fashionMnistSample,
  mnist,
} from "./data/datasets.ts"
export {
  decodeExamples,
  decodeInputs,
  decodeLabels,
  decodeShape,
  type ExampleShape,
  type Examples,
  ExamplesError,
  type Images,
  imagesOf,
  type Values,
} from "./data/examples.ts"
export { gathered } from "./data/gathered.ts"
export { decodeIdx, encodeIdx, type Idx, IdxError } from "./data/idx.ts"
export { decodeIndices, encodeIndices, everyIndex, IndicesError, without } from "./data/indices.ts"
export { kFold } from "./data/k-fold.ts"
export {
  checkNormalization,
  decodeNormalization,
  encodeNormalization,
  fitNormalization,
  type Normalization,
  numbersOf,
} from "./data/normalization.ts"
export { byClass } from "./data/pictures/by-class.ts"
export { PictureError } from "./data/pictures/picture.ts"
export { Stack } from "./data/pictures/stack.ts"
export { repeated } from "./data/repeated.ts"
export {
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
  type SafetensorsFile,
} from "./data/safetensors.ts"
export { sha256 } from "./data/sha256.ts"
export { shifted } from "./data/shifted.ts"
export { checkEveryClass } from "./data/splits/every-class.ts"
export { type Groups, groupKFold, groupSplit } from "./data/splits/group.ts"
export { heldOut, type Marks } from "./data/splits/hold-out.ts"
export { encodeSides } from "./data/splits/sides.ts"
// Data: arrays, splits and folds, files of weights.
export { timeFolds, timeSplit } from "./data/splits/time.ts"
export { proportionalShares, StrataError, strata } from "./data/strata.ts"
export { type Split, stratifiedSplit, stratifiedSubset } from "./data/stratified.ts"
export { arrowCells } from "./data/tables/arrow.ts"
export { type Cells, TableError } from "./data/tables/cells.ts"
export { Column as TableColumn, Missing as MissingCells } from "./data/tables/columns.ts"
export { csvCells } from "./data/tables/csv.ts"
export { encodedFeatures, type Feature, featureNames, fittedFills } from "./data/tables/features.ts"
export { type Table, tableOf } from "./data/tables/table.ts"
export { utf8Text } from "./data/tables/utf8.ts"
export type { Tensor, TensorData, Tensors } from "./data/tensor.ts"

// The kernels that compute, whose file is `refold/kernels.wasm`.
export type { Lanes } from "./kernels/bind.ts"
export { type LoadedKernels, loadKernels } from "./kernels/load.ts"
export { Conv, type ConvolutionShape } from "./layers/convolution/conv.ts"
export { ImpossibleNetwork } from "./layers/parts/impossible-network.ts"
export { type LayerShape, type ParameterShape, type Shape, sizeOf } from "./layers/parts/shape.ts"
// Layers and networks as data, their shapes, what they cost.
export { imageOf, strideOf } from "./layers/parts/windows.ts"
export { Layer, type LayerOf } from "./layers/table.ts"
export { type LayersModelFiles, layersModel } from "./layers-model/layers-model.ts"
export type { MeasureName, Measures } from "./losses/parts/measures.ts"
export { DEFAULT_LOSS, isOfClasses, Loss } from "./losses/table.ts"
export { classicLenet } from "./network/classic-lenet.ts"
export { describe as describeNetwork, type LayerSummary, type NetworkSummary } from "./network/describe.ts"
export { withDropout } from "./network/dropout-rates.ts"
export { initialWeights } from "./network/initial-weights.ts"
export { type LenetOptions, lenet } from "./network/lenet.ts"
export { type MapPlaces, mapPlaces } from "./network/map-places.ts"
export { Network, type NetworkEncoded, network } from "./network/network.ts"
export { receptiveFields } from "./network/receptive-fields.ts"
export { layerNames, shapes } from "./network/shapes.ts"
export { decodeWeights, encodeWeights, type TrainedNetwork } from "./network/weights.ts"
// A trained network for other programs, and from them.
export { WeightsMismatch } from "./network/weights-mismatch.ts"
export { wide } from "./network/wide.ts"
export { fromNpz } from "./numpy/from-npz.ts"
export { weightsNpz } from "./numpy/weights-npz.ts"
export { fromStateDict } from "./pytorch/from-state-dict.ts"
export { modelText } from "./pytorch/model-text.ts"
export { stateDict } from "./pytorch/state-dict.ts"
// Candidates, and which of them go on.
export { successiveHalving, survivors } from "./search/halving.ts"
export {
  type Candidate,
  type Dimension,
  grid,
  randomCandidate,
  randomSearch,
  type Space,
  space,
} from "./search/search.ts"
// Statistics: what was right, how sure that is, and how two models compare.
export { ClassificationError, classify, confusionMatrix } from "./statistics/classification.ts"
export { type ComparedWithBest, type Comparison, comparedWithBest } from "./statistics/compared-with-best.ts"
export { correctedResampledT } from "./statistics/corrected-resampled-t.ts"
export { type Ask, dependenceRows, importanceRows } from "./statistics/inspection/inspected.ts"
export { partialDependence, quantileGrid } from "./statistics/inspection/partial-dependence.ts"
export {
  type FeatureGroup,
  type FeatureRows,
  type Importance,
  permutationImportance,
} from "./statistics/inspection/permutation-importance.ts"
export { checkScore, type ScoreName, scored } from "./statistics/inspection/scores.ts"
export { DependenceSettings, ImportanceSettings } from "./statistics/inspection/settings.ts"
export { cos, exp, log, sin } from "./statistics/mathematics/elementary.ts"
export { studentQuantile, studentTwoSided } from "./statistics/mathematics/student.ts"
export { mcnemarExact, pairedCounts } from "./statistics/mcnemar.ts"
export { type MeanInterval, meanInterval } from "./statistics/mean-interval.ts"
export {
  type Measured,
  measureClasses,
  measureLabels,
  measureNumbers,
  type NamedFigures,
  type NamedScores,
} from "./statistics/metrics/as-metrics.ts"
export {
  calibrationRows,
  classRows,
  confusionRows,
  precisionRecallRows,
  rocRows,
} from "./statistics/metrics/as-tables.ts"
export {
  binaryScores,
  macro,
  mostProbable,
  multiLabel,
  type OutputScores,
  oneVersusRest,
  topCalibration,
} from "./statistics/metrics/by-output.ts"
export { type Calibration, type CalibrationBin, calibration } from "./statistics/metrics/calibration.ts"
export { binaryLogLoss, crossEntropy, logLoss } from "./statistics/metrics/log-loss.ts"
export {
  type PrecisionRecallCurve,
  type PrecisionRecallPoint,
  precisionRecallCurve,
} from "./statistics/metrics/precision-recall-curve.ts"
export {
  meanAbsoluteError,
  type RegressionScores,
  regressionScores,
  rootMeanSquaredError,
  rSquared,
} from "./statistics/metrics/regression.ts"
export { type RocCurve, type RocPoint, rocCurve } from "./statistics/metrics/roc-curve.ts"
export { mean, type Summary, standardDeviation, standardError, summary } from "./statistics/moments.ts"
export { oneStandardError } from "./statistics/one-standard-error.ts"
export { overfitting } from "./statistics/overfitting.ts"
export { pairedDifference } from "./statistics/paired-difference.ts"
export { extend, type Generator, generator, permutation, type Seed, seedOf } from "./statistics/random.ts"
export { StatisticsError } from "./statistics/statistics-error.ts"
export { type Interval, wilsonInterval } from "./statistics/wilson.ts"

// Training: augmentation, optimizers, schedules, epochs, and the seam that whatever trains has.
export { Augmentation, type Augmenter, augmenter } from "./training/augmentation/augmentation.ts"
export { bestEpoch, type EarlyStopping, stopsEarly } from "./training/early-stopping.ts"
export { type EpochMetrics, NonFiniteError, trainEpoch } from "./training/epoch.ts"
export { DropoutRates, FitSettings, fitFields } from "./training/fit-settings.ts"
export {
  endsEarly,
  epochTaken,
  type FitData,
  type FitPoint,
  type Fitting,
  fitEpoch,
  fittedWeights,
  fitting,
  isRecord,
  trainerOptions,
} from "./training/fitting.ts"
export {
  type MemoryItem,
  type PredictionMemory,
  predictionMemory,
  type TrainingMemory,
  trainingMemory,
} from "./training/memory.ts"
export { Adam, Optimizer, optimizer, Sgd } from "./training/optimizer.ts"
export { assess, type Prediction, predict } from "./training/prediction.ts"
export { Schedule, schedule } from "./training/schedule.ts"
export { type Lender, staffing, workOf } from "./training/staff.ts"
export type {
  Dataset,
  MakeTrainer,
  Predictions,
  Tally,
  Trainer,
  TrainerOptions,
  TrainingState,
} from "./training/trainer.ts"
export { type Invitation, joinTraining } from "./wasm/member.ts"
export { createWasmTrainer, type WasmTrainer, wasmMaker } from "./wasm/wasm-trainer.ts"
