// When to stop training, and which epoch to take: pure functions of what the epochs recorded. It trains nothing.
import { isBetterLow, type MeasureName } from "../losses/parts/measures.ts"

export type Monitor = "loss" | MeasureName

export interface EarlyStopping {
  /** Epochs without an improvement after which to stop; null never stops. */
  readonly patience: number | null
  /** By how much a value must better the best so far to count as an improvement, at least 0. */
  readonly minimumDelta: number
  /** The loss, and errors: lower is better; else higher is. */
  readonly monitor: Monitor
}

/** The epoch (from 1) of the last improvement; values are those of epochs 1, 2, … and there is at least one. */
export function bestEpoch(
  values: ReadonlyArray<number>,
  { minimumDelta, monitor }: Pick<EarlyStopping, "minimumDelta" | "monitor">,
): number {
  let best = 0
  for (let at = 1; at < values.length; at++) {
    const gain = isBetterLow(monitor) ? values[best]! - values[at]! : values[at]! - values[best]!
    if (gain > minimumDelta) best = at
  }
  return best + 1
}

/** Whether training ends after these epochs. */
export const stopsEarly = (values: ReadonlyArray<number>, rule: EarlyStopping): boolean =>
  rule.patience !== null && values.length - bestEpoch(values, rule) >= rule.patience
