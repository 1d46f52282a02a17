// Walks a chain of links in a worker: those that are known count, the others are done, each kept as soon as it is.
// Knows no ledger: link files and their blobs say what was done.
import type { Digest } from "../../content/digest.ts"
import type { LinkMetrics } from "../../declare/chain.ts"
import { type ChainWalk, LiveState } from "./live-state.ts"

export interface Walked {
  readonly contents: Readonly<Record<string, unknown>>
  readonly states: ReadonlyArray<Digest>
  /** Of the links that count, those that were known too. */
  readonly metrics: ReadonlyArray<LinkMetrics>
}

/** Goes on from the known links as far as the params want, then finishes. */
export async function walk(given: ChainWalk): Promise<Walked> {
  const { task, chain, context, nudge } = given
  const known = task.links ?? []
  const metrics: Array<LinkMetrics> = []
  const states: Array<Digest> = []
  const length = chain.length(context.params)
  const goesOn = (): boolean =>
    metrics.length < length && !(metrics.length > 0 && chain.stops(context.params, metrics))

  while (metrics.length < known.length && goesOn()) {
    const link = known[metrics.length]!
    metrics.push(link.metrics)
    states.push(link.digest)
    nudge({ nudge: "link", n: metrics.length, status: "cached" })
  }
  const live = new LiveState(given, states, metrics)
  try {
    while (goesOn()) {
      const n = metrics.length + 1
      await live.moveTo(n - 1)
      await live.advance(n)
      await context.progress(n, length, metrics[n - 1])
    }
    const contents = (await chain.finish(context, {
      metrics,
      state: (n) => live.saved(n),
    })) as Walked["contents"]
    return { contents, states, metrics }
  } finally {
    live.close()
  }
}

/** Does one link from the nearest kept state before it, and leaves its file. */
export async function walkOne(given: ChainWalk, n: number): Promise<Walked> {
  const known = (given.task.links ?? []).slice(0, n - 1)
  const states = known.map(({ digest }) => digest)
  const metrics = known.map(({ metrics }) => metrics)
  const live = new LiveState(given, states, metrics)
  try {
    await live.moveTo(n - 1)
    await live.advance(n)
  } finally {
    live.close()
  }
  return { contents: {}, states, metrics }
}
