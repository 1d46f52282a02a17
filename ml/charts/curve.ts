// The epochs of trainings as the charts take them, and their mean over folds; draws nothing itself.

import { mean, standardError } from "../statistics/moments.ts"
import { ChartError, type ChartSpec } from "./chart-spec.ts"

/** What was measured after an epoch, dropout off: entropies in nats, accuracies 0 to 1, errors in the unit of the targets. */
export interface CurvePoint {
  /** Epochs done, so the first is 1. */
  readonly epoch: number
  readonly trainLoss: number
  readonly validationLoss: number
  /** Of classes and labels. */
  readonly trainAccuracy?: number
  readonly validationAccuracy?: number
  /** Of estimated numbers. */
  readonly trainMeanAbsoluteError?: number
  readonly validationMeanAbsoluteError?: number
}

/** Epochs along a picture's width, whole ones alone. */
export const epochAxis: ChartSpec = {
  field: "epoch",
  type: "quantitative",
  title: "Epoch",
  scale: { zero: false, nice: false, padding: 6 },
  axis: { tickMinStep: 1, format: "d", tickCount: 8 },
}

/** One training, epochs ascending. */
export type Curve = ReadonlyArray<CurvePoint>

export type Measure = Exclude<keyof CurvePoint, "epoch">

interface MeanPoint {
  readonly epoch: number
  readonly mean: number
  /** Of the mean over the trainings; 0 for a single one. */
  readonly standardError: number
}

/**
 * The mean of one measure over several trainings, epoch by epoch. Epochs that not all of them have are left out:
 * a mean over those that went on longest would be another quantity.
 *
 * @throws ChartError when there is no training, or none with an epoch
 */
export const meanCurve = (curves: ReadonlyArray<Curve>, measure: Measure): ReadonlyArray<MeanPoint> => {
  const shortest = Math.min(...curves.map((curve) => curve.length))
  if (!(shortest >= 1 && shortest < Infinity)) {
    throw new ChartError("a learning curve needs at least one training of at least one epoch")
  }
  return curves[0]!.slice(0, shortest).map(({ epoch }, at) => {
    const values = curves.map((curve) => curve[at]![measure]!)
    return { epoch, mean: mean(values), standardError: values.length < 2 ? 0 : standardError(values) }
  })
}

/** The first point with the lowest mean. */
export const lowest = (points: ReadonlyArray<MeanPoint>): MeanPoint =>
  points.reduce((best, point) => (point.mean < best.mean ? point : best))

/** The first point with the highest mean. */
export const highest = (points: ReadonlyArray<MeanPoint>): MeanPoint =>
  points.reduce((best, point) => (point.mean > best.mean ? point : best))

/** A share as a percentage with one decimal: 0.9125 → "91.3%". */
export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`
