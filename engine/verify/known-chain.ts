// What is at hand of a chain that a lock holds: the states whose bytes are kept, and the metrics of links, of which it has digests.
import { existsSync } from "node:fs"
import type { Digest } from "../content/digest.ts"
import { type LinkMetricsRecord, metricsDigest } from "../content/link-metrics.ts"
import type { Resolution } from "../key/resolve.ts"
import type { Links } from "../ledger/links.ts"
import type { LinkRecord } from "../ledger/records.ts"
import type { Gave } from "../lock/lines.ts"
import type { PlannedTask } from "../plan/planned.ts"
import { chainOf, knownLinks } from "../run/chain.ts"
import type { KnownLink } from "../worker/protocol.ts"
import type { Chosen } from "./choose.ts"

export interface AtHand {
  /** Where an artifact lies, if it does. */
  readonly locate: (digest: Digest) => string | undefined
  /** What a link recorded, as a ledger has it. */
  readonly metricsOf: (link: number) => LinkMetricsRecord | undefined
}

/**
 * The links of a chain for doing a part of it again; undefined where it has to be done whole, which compares all of it: when what
 * is made of the links is wanted and no state is kept, or metrics of a link that is not done again are not those of the lock.
 */
export function knownChain(
  { states = [], metrics: digests }: Gave,
  { links = [], finish }: Chosen,
  { locate, metricsOf }: AtHand,
): ReadonlyArray<KnownLink> | undefined {
  const isAgain = new Set(links)
  const known = states.map((digest, i) => {
    const metrics = finish ? metricsOf(i + 1) : undefined
    const isLocked = metrics !== undefined && (digests === undefined || metricsDigest(metrics) === digests[i])
    return { digest, path: pathOf(digest, locate), metrics: isLocked ? metrics : undefined }
  })
  const areKnown = known.every(({ metrics }, i) => metrics !== undefined || isAgain.has(i + 1))
  if (finish && !(areKnown && known.some(({ path }) => path !== null))) return undefined
  return known.map(({ metrics = {}, ...link }) => ({ ...link, metrics }))
}

/** What the links that a ledger knows under today's keys recorded. */
export function recordedMetrics(
  resolutions: ReadonlyMap<PlannedTask, Resolution>,
  link: Links["Type"]["link"],
): (task: PlannedTask, n: number) => LinkMetricsRecord | undefined {
  const recorded = new Map<PlannedTask, ReadonlyArray<LinkRecord>>()
  return (task, n) => {
    const [chain, resolution] = [chainOf(task), resolutions.get(task)]
    if (chain === undefined || resolution === undefined) return undefined
    const known = recorded.get(task) ?? knownLinks(resolution, chain.finishing, link)
    recorded.set(task, known)
    return known[n - 1]?.metrics
  }
}

function pathOf(digest: Digest, locate: AtHand["locate"]): string | null {
  const path = locate(digest)
  return path !== undefined && existsSync(path) ? path : null
}
