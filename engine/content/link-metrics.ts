// The metrics of a link as bytes: what a lock holds the digest of, so that none can be edited. It knows no chain.
import { canonical } from "./canonical.ts"
import { type Digest, digestOf } from "./digest.ts"

export type LinkMetricsRecord = Readonly<Record<string, number>>

/** The metrics as link files and the ledger give them back: JSON has no -0, and a chain must not see one before it is written. */
export const asKept = (metrics: LinkMetricsRecord): LinkMetricsRecord =>
  Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, value + 0]))

/** SHA-256 of the canonical bytes of the record: names in code-unit order, shortest numbers. */
export const metricsDigest = (metrics: LinkMetricsRecord): Digest => digestOf(canonical(metrics, "metrics"))
