// When in a training a pass is: it seeds the masks of dropout, and says where a shard's statistics lie.

/** The shard of a step of an epoch. */
export interface Moment {
  readonly epoch: number
  readonly step: number
  readonly shard: number
}
