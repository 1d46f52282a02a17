// What a run computes with where the user may choose: the engine knows names and whether they promise equal bits.
import type { NumericsRegistry } from "./numerics.ts"

export interface Backend {
  /** As people are told: its versions and device too. */
  readonly name: string
  /** Whether equal keys promise equal bits on every machine. */
  readonly exact: boolean
  /** Why it is this one, where that was left open. */
  readonly why: string | null
}

export interface ChosenBackend {
  readonly numerics: NumericsRegistry
  readonly backend: Backend
}

/** What the program around the engine offers. */
export interface Backends {
  /** The default first. */
  readonly names: readonly [string, ...ReadonlyArray<string>]
  /** Rejects, with the reason and the remedy, where the named one cannot be used. */
  readonly choose: (name: string) => Promise<ChosenBackend>
}
