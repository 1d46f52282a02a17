// Successive halving as arithmetic: how many trials go on, and to which epoch (Jamieson and Talwalkar,
// https://arxiv.org/abs/1502.07943). It trains nothing, and knows no hyper-parameter.
interface HalvingOptions {
  /** Trials at the start, an integer of at least 1. */
  readonly trials: number
  /** One of `eta` goes on at each rung, and trains `eta` times as long; an integer of at least 2. */
  readonly eta: number
  /** Epochs after which the first are dropped, an integer of at least 1. */
  readonly leastEpochs: number
  /** Trials that reach the end, as far as there are so many, an integer of at least 1. */
  readonly finalists: number
  /** Epochs of whoever is left, an integer of at least `leastEpochs`. */
  readonly mostEpochs: number
}

interface Rung {
  /** Trials that reach it. */
  readonly trials: number
  /** Epochs that they have behind them at its end. */
  readonly epochs: number
}

interface Schedule {
  readonly rungs: ReadonlyArray<Rung>
  /** Epochs trained in all, as each rung goes on where the one before it ended. */
  readonly totalEpochs: number
  /** What training every trial to the end takes. */
  readonly fullEpochs: number
}

/** ⌊trials / etaᵏ⌋ trials (at least the finalists) at min(leastEpochs · etaᵏ, mostEpochs) epochs; throws RangeError. */
export function successiveHalving({
  trials,
  eta,
  finalists,
  leastEpochs,
  mostEpochs,
}: HalvingOptions): Schedule {
  const counts = { trials, eta, finalists, leastEpochs, mostEpochs }
  for (const [name, value] of Object.entries(counts))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name} is ${value}, not a positive integer`)
  if (eta < 2) throw new RangeError("eta is 1, which drops no trial: it is at least 2")
  if (mostEpochs < leastEpochs)
    throw new RangeError(`the last rung ends at ${mostEpochs} epochs, before the first at ${leastEpochs}`)
  const rungs: Array<Rung> = []
  for (let left = trials, epochs = leastEpochs; ; epochs *= eta) {
    rungs.push({ trials: left, epochs: Math.min(epochs, mostEpochs) })
    if (epochs >= mostEpochs) break
    left = Math.min(left, Math.max(finalists, Math.floor(left / eta)))
  }
  const totalEpochs = rungs.reduce(
    (sum, { trials, epochs }, i) => sum + trials * (epochs - (i === 0 ? 0 : rungs[i - 1]!.epochs)),
    0,
  )
  return { rungs, totalEpochs, fullEpochs: trials * mostEpochs }
}

/** Places of the `keep` highest scores, ascending; of equal scores the first. Throws RangeError for a score that is NaN. */
export function survivors(scores: ReadonlyArray<number>, keep: number): ReadonlyArray<number> {
  const wrong = scores.findIndex(Number.isNaN)
  if (wrong >= 0) throw new RangeError(`trial ${wrong} has no score: NaN cannot be ranked`)
  return scores
    .map((score, at) => ({ score, at }))
    .sort((a, b) => (a.score === b.score ? a.at - b.at : a.score < b.score ? 1 : -1))
    .slice(0, keep)
    .map(({ at }) => at)
    .sort((a, b) => a - b)
}
