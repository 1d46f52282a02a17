// What a chart is here: a vega-lite spec as plain JSON with its data inside; knows nothing of any one chart.

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [name: string]: Json }

/** A vega-lite 6 spec; the same data give the same JSON, in the same order of names. */
export type ChartSpec = { readonly [name: string]: Json }

/** Data that a chart cannot show. */
export class ChartError extends Error {
  readonly _tag = "ChartError"

  constructor(message: string) {
    super(message)
    this.name = "ChartError"
  }
}
