// Walks a chain of links in a worker: those that are known count, the others are done, each kept as soon as it is.
// Knows no ledger: link files and their blobs say what was done.
import type { Digest } from "../../content/digest.ts"
import type { LinkMetrics } from "../../declare/chain.ts"
import type { Again } from "../protocol.ts"
import { type ChainWalk, LiveState } from "./live-state.ts"

export interface Walked {
  readonly contents: Readonly<Record<string, unknown>>
  readonly states: ReadonlyArray<Digest>
  /** The links whose states its end asked for. */
  readonly chosen?: ReadonlyArray<number>
  /** Of the links that count, those that were known too. */
  readonly metrics: ReadonlyArray<LinkMetrics>
  /** Of a chain that was done again in part: after which link it ends, or one more than there are. */
  readonly end?: number
}

/** Goes on from the known links as far as the params want, then finishes. */
export async function walk(given: ChainWalk): Promise<Walked> {
  const { task, chain, context, nudge } = given
  const known = task.links ?? []
  const metrics: Array<LinkMetrics> = []
  const states: Array<Digest> = []
  const length = chain.length(context.params)

  while (metrics.length < known.length && goesOn(given, metrics)) {
    const link = known[metrics.length]!
    metrics.push(link.metrics)
    states.push(link.digest)
    nudge({ nudge: "link", n: metrics.length, status: "cached" })
  }
  const live = new LiveState(given, states, metrics)
  try {
    while (goesOn(given, metrics)) {
      const n = metrics.length + 1
      await live.moveTo(n - 1)
      await live.advance(n)
      await context.progress(n, length, metrics[n - 1])
    }
    return { ...(await finished(given, live, metrics)), states, metrics }
  } finally {
    live.close()
  }
}

/** Does links again, each from the nearest kept state before it, and what is made of all; whoever asked compares. */
export async function walkAgain(given: ChainWalk, { links, finish }: Again): Promise<Walked> {
  const known = given.task.links ?? []
  const states = known.map(({ digest }) => digest)
  const metrics = known.map(({ metrics }) => metrics)
  const live = new LiveState(given, states, metrics)
  try {
    for (const n of links) {
      await live.moveTo(n - 1)
      await live.advance(n)
    }
    if (!finish) return { contents: {}, states, metrics }
    return { ...(await finished(given, live, metrics)), states, metrics, end: endOf(given, metrics) }
  } finally {
    live.close()
  }
}

async function finished(
  { chain, context, draw }: ChainWalk,
  live: LiveState,
  metrics: ReadonlyArray<LinkMetrics>,
): Promise<Pick<Walked, "contents" | "chosen">> {
  const chosen = new Set<number>()
  const state = async (n: number): Promise<Uint8Array> => {
    chosen.add(n)
    const saved = await live.saved(n)
    draw("finish") // goes on where it was: a link may have been done again
    return saved
  }
  draw("finish")
  const contents = (await chain.finish(context, { metrics, state })) as Walked["contents"]
  return { contents, chosen: [...chosen] }
}

/** Whether another link follows these. */
function goesOn({ chain, context, draw }: ChainWalk, metrics: ReadonlyArray<LinkMetrics>): boolean {
  draw(`stops ${metrics.length}`)
  return (
    metrics.length < chain.length(context.params) &&
    !(metrics.length > 0 && chain.stops(context.params, metrics))
  )
}

function endOf(given: ChainWalk, metrics: ReadonlyArray<LinkMetrics>): number {
  const soFar: Array<LinkMetrics> = []
  while (goesOn(given, soFar)) {
    if (soFar.length === metrics.length) return metrics.length + 1
    soFar.push(metrics[soFar.length]!)
  }
  return soFar.length
}
