// Headline metrics: the numbers of an experiment's named results, under the flat dotted names that `show` gives them. Pure.
import type { Metrics } from "./kind.ts"

/** A single result of kind `metrics`. */
export interface NamedMetrics {
  readonly name: string
  readonly content: Metrics
}

/** Each number under its name, with the result that has it: `test.metrics` gives `test.accuracy`, unless a result is called `test` too. */
export function headlinesOf<A extends NamedMetrics>(
  results: ReadonlyArray<A>,
): ReadonlyArray<{ readonly name: string; readonly value: number; readonly of: A }> {
  const names = new Set(results.map(({ name }) => name))
  const short = (name: string): string => name.replace(/\.metrics$/, "")
  return results.flatMap((of) =>
    Object.entries(of.content).map(([metric, value]) => ({
      name: `${names.has(short(of.name)) ? of.name : short(of.name)}.${metric}`,
      value,
      of,
    })),
  )
}

export const headlineMetrics = (results: ReadonlyArray<NamedMetrics>): Metrics =>
  Object.fromEntries(headlinesOf(results).map(({ name, value }) => [name, value]))
