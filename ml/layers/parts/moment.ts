// When in a training a pass is: what seeds its masks.

/** The shard of a step of an epoch. */
export interface Moment {
  readonly epoch: number
  readonly step: number
  readonly shard: number
}
