// Predictions on moved images, over several trainings of two networks: means, intervals, and paired differences.
import { type MeanInterval, meanInterval } from "../statistics/mean-interval.ts"

export interface ShiftCount {
  /** By how many pixels images were moved; 0 is where they stood. */
  readonly pixels: number
  readonly examples: number
  /** Predictions that are others than where the image stood. */
  readonly changed: number
  readonly correct: number
}

export interface ShiftRun {
  readonly network: string
  /** Trainings of one seed are alike but for the network. */
  readonly seed: number
  readonly counts: ReadonlyArray<ShiftCount>
}

interface AtDistance {
  readonly pixels: number
  readonly accuracy: number
  readonly changed: number
}

/** Of one run, over the directions of each distance. */
export function byDistance({ counts }: Pick<ShiftRun, "counts">): ReadonlyArray<AtDistance> {
  const distances = [...new Set(counts.map(({ pixels }) => pixels))].sort((a, b) => a - b)
  return distances.map((pixels) => {
    const own = counts.filter((count) => count.pixels === pixels)
    const sum = (of: (count: ShiftCount) => number) => own.reduce((all, count) => all + of(count), 0)
    const examples = sum((count) => count.examples)
    return {
      pixels,
      accuracy: sum(({ correct }) => correct) / examples,
      changed: sum(({ changed }) => changed) / examples,
    }
  })
}

interface Compared {
  readonly pixels: number
  readonly accuracy: MeanInterval
  readonly changed: MeanInterval
}

/** Means over the trainings of one network, by distance. */
export const meansOf = (runs: ReadonlyArray<ShiftRun>): ReadonlyArray<Compared> => means(runs.map(byDistance))

/** The second network minus the first, seed by seed: trainings of one seed share split, batches and initial weights. */
export function differencesOf(
  first: ReadonlyArray<ShiftRun>,
  second: ReadonlyArray<ShiftRun>,
): ReadonlyArray<Compared> {
  const paired = first.flatMap((one) => {
    const other = second.find(({ seed }) => seed === one.seed)
    if (other === undefined) return []
    const [a, b] = [byDistance(one), byDistance(other)]
    return [
      a.map(({ pixels, accuracy, changed }, at) => ({
        pixels,
        accuracy: b[at]!.accuracy - accuracy,
        changed: b[at]!.changed - changed,
      })),
    ]
  })
  return means(paired)
}

/** Columns of a table. */
export const shiftRow = ({ pixels, accuracy, changed }: Compared) => ({
  "moved by": pixels,
  accuracy: accuracy.mean,
  "accuracy low": accuracy.low,
  "accuracy high": accuracy.high,
  changed: changed.mean,
  "changed low": changed.low,
  "changed high": changed.high,
})

/** Numbers by name: `max-pool.1.changed`, with its interval where there is one. */
export const shiftMetrics = (
  network: string,
  compared: ReadonlyArray<Compared>,
): ReadonlyArray<readonly [string, number]> =>
  compared.flatMap(({ pixels, accuracy, changed }) =>
    Object.entries(pixels === 0 ? { accuracy } : { accuracy, changed }).flatMap(
      ([name, { mean, low, high }]) => {
        const key = `${network}.${pixels}.${name}`
        const interval =
          low === null || high === null ? [] : [[`${key}.low`, low] as const, [`${key}.high`, high] as const]
        return [[key, mean] as const, ...interval]
      },
    ),
  )

const means = (runs: ReadonlyArray<ReadonlyArray<AtDistance>>): ReadonlyArray<Compared> =>
  (runs[0] ?? []).map(({ pixels }, at) => ({
    pixels,
    accuracy: meanInterval(runs.map((run) => run[at]!.accuracy)),
    changed: meanInterval(runs.map((run) => run[at]!.changed)),
  }))
