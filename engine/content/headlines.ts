// Headline metrics: the numbers of an experiment's named results, under the flat dotted names that `show` gives them. Pure.
import type { Metrics } from "./kind.ts"

/** A single result of kind `metrics`. */
export interface NamedMetrics {
  readonly name: string
  readonly content: Metrics
}

/** `test.metrics` gives `test.accuracy`, unless a result is called `test` too. */
export function headlineMetrics(headlines: ReadonlyArray<NamedMetrics>): Metrics {
  const names = new Set(headlines.map(({ name }) => name))
  const short = (name: string): string => name.replace(/\.metrics$/, "")
  return Object.fromEntries(
    headlines.flatMap(({ name, content }) =>
      Object.entries(content).map(([metric, value]) => [
        `${names.has(short(name)) ? name : short(name)}.${metric}`,
        value,
      ]),
    ),
  )
}
