// The examples that tell most about a classifier, class by class: its worst mistakes, and those that it was least sure of.
// It knows neither networks nor pictures.

/** What a classifier said of examples: a number each. */
export interface Said {
  /** The class that each is of. */
  readonly labels: ArrayLike<number>
  /** The most probable class. */
  readonly predicted: ArrayLike<number>
  /** Of that class, 0 to 1. */
  readonly probabilities: ArrayLike<number>
}

/** Examples of one class, by their place in the data. */
export interface ClassExamples {
  readonly class: number
  readonly examples: ReadonlyArray<number>
}

/** Of each class at most `most` that were taken for another, the surest first. */
export const worstMistakes = (said: Said, classes: number, most: number): ReadonlyArray<ClassExamples> =>
  ofEach(said, classes, most, (at) => said.predicted[at] !== said.labels[at], -1)

/** Of each class the `most` whose most probable class had the lowest probability, that one first: right ones and wrong ones. */
export const leastSure = (said: Said, classes: number, most: number): ReadonlyArray<ClassExamples> =>
  ofEach(said, classes, most, () => true, 1)

/** At most `most` classes, those with the most mistakes, in the order of their numbers. */
export function hardestClasses(
  { labels, predicted }: Said,
  classes: number,
  most: number,
): ReadonlyArray<number> {
  const mistakes = new Float64Array(classes)
  for (let i = 0; i < labels.length; i++) if (predicted[i] !== labels[i]) mistakes[labels[i]!]! += 1
  return Array.from(mistakes.keys())
    .sort((a, b) => mistakes[b]! - mistakes[a]! || a - b)
    .slice(0, most)
    .sort((a, b) => a - b)
}

/** @param order 1 has the lowest probability first, -1 the highest; of equals the earlier example */
function ofEach(
  { labels, probabilities }: Said,
  classes: number,
  most: number,
  counts: (at: number) => boolean,
  order: 1 | -1,
): ReadonlyArray<ClassExamples> {
  const found = Array.from({ length: classes }, (): Array<number> => [])
  for (let i = 0; i < labels.length; i++) if (counts(i)) found[labels[i]!]!.push(i)
  return found.map((examples, number) => ({
    class: number,
    examples: examples
      .sort((a, b) => order * (probabilities[a]! - probabilities[b]!) || a - b)
      .slice(0, most),
  }))
}
