// The key of a link: one content-hashed unit of a chained task. Pure.
import { canonical, type Json } from "../content/canonical.ts"
import { type Digest, type Key, keyOf } from "../content/digest.ts"
import type { Fingerprint } from "./fingerprint.ts"

/**
 * Everything that shapes link `n` (from 1): the task's fingerprint without the params that shape only how many links there
 * are and what is made of them, and the state before it.
 *
 * @param finishing names of fields, of params that are an object; params of any other form shape links as a whole
 */
export function linkKey(
  { stage, code, packages, params, inputs, numerics, environment }: Fingerprint,
  finishing: ReadonlyArray<string>,
  n: number,
  previous: Digest | null,
): Key {
  const shaping = shapingParams(params, finishing)
  const shared = ["link-key/1", stage, code, packages, shaping, inputs, numerics, n, previous] as const
  return keyOf(canonical(environment === undefined ? shared : [...shared, environment], stage))
}

/** The params that shape links. */
export function shapingParams(params: Json, finishing: ReadonlyArray<string>): Json {
  if (typeof params !== "object" || params === null || Array.isArray(params)) return params
  return Object.fromEntries(Object.entries(params).filter(([name]) => !finishing.includes(name)))
}
