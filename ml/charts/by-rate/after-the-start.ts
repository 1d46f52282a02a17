// Where the losses of several trainings lie once their first epochs are over, so that a scale can be made for what comes then.

/** One point of a curve, and the highest that is drawn of it. */
interface Height {
  readonly epoch: number
  readonly high: number
}

interface AfterTheStart {
  /** The highest that is drawn after the first epochs. */
  readonly top: number
  /** What a reader is told where a curve begins higher than that: a line for the subtitle, or none. */
  readonly told: ReadonlyArray<string>
}

/** Of a training's epochs, one in so many belongs to its start. */
const START = 6

/**
 * Of a training from nothing the first epochs fall by so much that what comes later, a turn upwards too, is a flat line beneath
 * them. Trainings of fewer than six epochs have no start that could be left out.
 */
export function afterTheStart(heights: ReadonlyArray<Height>): AfterTheStart {
  const epochs = heights.reduce((last, { epoch }) => Math.max(last, epoch), 0)
  const start = Math.floor(epochs / START)
  const highest = (points: ReadonlyArray<Height>) =>
    points.reduce((most, { high }) => Math.max(most, high), 0)
  const top = highest(heights.filter(({ epoch }) => epoch > start))
  const all = highest(heights)
  if (all <= top) return { top, told: [] }
  const first = start === 1 ? "the first epoch lies" : `the first ${start} epochs lie partly`
  return { top, told: [`the scale is made for what comes later: ${first} above it, up to ${all.toFixed(2)}`] }
}
