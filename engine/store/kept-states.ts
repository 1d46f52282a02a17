// Which states of a chain are worth their bytes: what is dear to keep and cheap to make again may go. Pure.

/** Bytes that the states of one chain may take before some of them are let go. */
const stateBudget = 64 * 1024 * 1024
/** Each so manieth state stays: from it those after it are made again. */
const keepEach = 5

export interface KeptState {
  readonly n: number
  readonly size: number
  /** Worth keeping however many links follow. */
  readonly isRecord: boolean
}

/** Whether a state stays however dear it is, unless its chain is of no interest any more. */
export const isLasting = ({ n, isRecord }: Pick<KeptState, "n" | "isRecord">): boolean =>
  isRecord || n % keepEach === 0

/**
 * @param kept the states of one chain whose bytes are there
 * @returns those that may go: none within the budget, else all but the last and those that last
 */
export function dispensable<S extends KeptState>(
  kept: ReadonlyArray<S>,
  budget = stateBudget,
): ReadonlyArray<S> {
  if (kept.reduce((sum, { size }) => sum + size, 0) <= budget) return []
  const last = kept.reduce((last, { n }) => Math.max(last, n), 0)
  return kept.filter((state) => state.n !== last && !isLasting(state))
}
