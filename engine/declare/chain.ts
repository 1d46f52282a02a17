// A stage that works in content-hashed links, as it declares them; how they are kept is the runner's affair. Types only.
import type { Roles } from "./roles.ts"
import type { Contents, Outputs, RunContext } from "./run-context.ts"

/** What a link records: numbers, from which alone a chain decides whether to stop. */
export type LinkMetrics = Readonly<Record<string, number>>

/** The links of a chain that count for `finish`, from 1. */
export interface Links {
  readonly metrics: ReadonlyArray<LinkMetrics>
  /** The saved state after link `n`; made again when its bytes were let go. */
  readonly state: (n: number) => Promise<Uint8Array>
}

/**
 * Work in content-hashed steps (an epoch each), kept one by one, so that more of them go on from where fewer ended.
 * `S` is the live state, changed in place by `advance`; `save` and `restore` must round-trip it bit for bit.
 */
export interface Chain<P, I extends Roles, O extends Outputs, S, N extends string = string> {
  /** Params that shape only how many links there are and what `finish` makes of them; the others shape each link. */
  readonly finishing: ReadonlyArray<string>
  /** At most so many links. */
  readonly length: (params: P) => number
  /** Whether to stop after these links, although there could be more: pure. */
  readonly stops: (params: P, metrics: ReadonlyArray<LinkMetrics>) => boolean
  /** Whether the state after the last of these links is worth keeping however many follow: pure. */
  readonly isRecord: (metrics: ReadonlyArray<LinkMetrics>) => boolean
  readonly start: (context: RunContext<P, I, N>) => S | Promise<S>
  /** Does link `n`, from 1. */
  readonly advance: (state: S, n: number) => LinkMetrics | Promise<LinkMetrics>
  readonly save: (state: S) => Uint8Array
  readonly restore: (state: S, saved: Uint8Array) => void
  readonly finish: (context: RunContext<P, I, N>, links: Links) => Contents<O> | Promise<Contents<O>>
  /** Lets go of what a live state holds outside the reach of the garbage collector. */
  readonly close?: (state: S) => void
}

// biome-ignore lint/suspicious/noExplicitAny: a chain of any params, roles and state
export type AnyChain = Chain<any, any, any, any>
