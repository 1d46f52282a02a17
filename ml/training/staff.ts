// As many threads at a trainer as there are cores for it; it knows no maker, and nothing of where threads come from.
import type { Shape } from "../layers/parts/shape.ts"
import { describe } from "../network/describe.ts"
import type { Network } from "../network/network.ts"
import type { Trainer } from "./trainer.ts"

/** Whoever lends cores and starts threads. */
export interface Lender {
  /** How many cores the trainer may use now, the caller's own among them. */
  readonly cores: () => number
  /** Starts a thread that joins the training with what it is given. */
  readonly thread: (invitation: unknown) => void
}

/** Multiply-adds, a fifth of a second of work, below which a thread costs more than it helps. */
const WORTH = 3e9

/** Multiply-adds of predicting `examples` once; a training step on one is three times that. */
export const workOf = (network: Network, input: Shape, examples: number): number =>
  examples * describe(network, input).totals.multiplyAdds

/**
 * What is to be called now and then, to keep up with the cores that are lent: threads start when they are first of use, and
 * rest while there are fewer cores. `work` is how many multiply-adds are ahead, `most` how many threads can share a job.
 */
export function staffing(
  trainer: Trainer,
  { cores, thread }: Lender,
  work: number,
  most: number,
): () => void {
  const { invite, employ } = trainer
  if (invite === undefined || employ === undefined || work < WORTH) return () => {}
  let invited = 0
  let employed = 0
  return () => {
    const wanted = Math.min(cores(), most) - 1
    if (wanted === employed) return
    for (; invited < wanted; invited++) thread(invite())
    employ(wanted)
    employed = wanted
  }
}
