// By which clock, how often and how long: what proves that the owner of a claim lives. All in milliseconds.

export interface Heartbeat {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Between two beats of an owner. */
  readonly interval: number
  /** Without a beat for so long, an owner on another host counts as dead. */
  readonly silence: number
  /** The same on this host, where a process of its number lives and its start cannot be told: after so long it is another. */
  readonly longSilence: number
}

export const heartbeat: Heartbeat = {
  now: () => Date.now(),
  interval: 5_000,
  silence: 30_000,
  longSilence: 300_000,
}
