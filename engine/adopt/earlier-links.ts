// The links that earlier code did of a task's chain, as the ledger knows them: under the keys that they had then.
import type { Digest } from "../content/digest.ts"
import { metricsDigest } from "../content/link-metrics.ts"
import { linkKey } from "../key/link-key.ts"
import type { Links } from "../ledger/links.ts"
import type { LinkRecord } from "../ledger/records.ts"
import type { Gave } from "../lock/lines.ts"
import { chainOf } from "../run/chain.ts"
import type { Pair } from "./pairing.ts"

/** What earlier code gave, with digests of links' metrics where they are known: a lock of the first format has none. */
export interface Line {
  readonly locked: Gave
  readonly metrics: ReadonlyArray<Digest> | undefined
}

/** The line that a sample is compared with. */
export const lineOf = ({ locked, metrics }: Line): Gave =>
  metrics === undefined ? locked : { ...locked, metrics }

/** By position; a link that the ledger does not know, or knows otherwise than the lock, is undefined. */
export function earlierLinks(
  { task, earlier, locked }: Pair,
  links: Pick<Links["Type"], "link">,
): ReadonlyArray<LinkRecord | undefined> {
  const chain = chainOf(task)
  const { states = [], metrics } = locked
  if (chain === undefined) return []
  return states.map((state, i) => {
    const previous = i === 0 ? null : states[i - 1]!
    const found = links.link(linkKey(earlier.fingerprint, chain.finishing, i + 1, previous))
    if (found === undefined || found.state !== state) return undefined
    const isPinned = metrics === undefined || metricsDigest(found.metrics) === metrics[i]
    return isPinned ? found : undefined
  })
}

/** Digests of all links' metrics, as the lock has them, or as all of its links in the ledger say. */
export function metricsOf(
  { metrics }: Pair["locked"],
  records: ReadonlyArray<LinkRecord | undefined>,
): Pick<Pair["locked"], "metrics"> {
  if (metrics !== undefined) return { metrics }
  const known = records.flatMap((record) => (record === undefined ? [] : [metricsDigest(record.metrics)]))
  return records.length > 0 && known.length === records.length ? { metrics: known } : {}
}
