// The key of a link: one content-hashed unit of a chained task. Pure.
import { canonical } from "../content/canonical.ts"
import { type Digest, type Key, keyOf } from "../content/digest.ts"
import type { Fingerprint } from "./fingerprint.ts"

/**
 * Everything that shapes link `n` (from 1): the task's fingerprint without the params that shape only how many links
 * there are and what is made of them, and the state before it.
 */
export function linkKey(
  { stage, code, packages, params, inputs, numerics }: Fingerprint,
  finishing: ReadonlyArray<string>,
  n: number,
  previous: Digest | null,
): Key {
  const shaping = Object.fromEntries(
    Object.entries(params as object).filter(([name]) => !finishing.includes(name)),
  )
  return keyOf(
    canonical(["link-key/1", stage, code, packages, shaping, inputs, numerics, n, previous], stage),
  )
}
