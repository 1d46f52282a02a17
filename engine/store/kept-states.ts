// Which states of a chain keep their bytes: what is dear to keep and cheap to make again goes. It removes nothing.

/** The first state stays, as nothing else tells how a chain began, and each so manieth: from it those after it are made again. */
export const keepEach = 5

export interface KeptState {
  readonly n: number
  /** What the end of the chain will most probably ask for, as long as none after it is one. */
  readonly isRecord: boolean
  /** The end of a result has asked for it. */
  readonly chosen: boolean
}

/** Whether a state stays however many follow, and however its chain ends. */
export const isLasting = ({ n, chosen }: Pick<KeptState, "n" | "chosen">): boolean =>
  chosen || n === 1 || n % keepEach === 0

/** States of a chain that runs. Those that last are not among them, so that they are few, however long the chain. */
export class RunningStates<S extends KeptState> {
  readonly #passing = new Map<number, S>()
  /** The last link that is known, and the latest record, whether their states are there or not. */
  #last = 0
  #record = 0

  /** @param known all links so far, in their order. @param isThere whether a link's state has its bytes */
  constructor(known: ReadonlyArray<S>, isThere: (state: S) => boolean) {
    for (const state of known) {
      this.#note(state)
      if (!isLasting(state) && isThere(state)) this.#passing.set(state.n, state)
    }
  }

  /** The states that are there and may go one day: the last and the latest record, and what was made again since the last came. */
  get passing(): Iterable<S> {
    return this.#passing.values()
  }

  /**
   * A state has come. With one of a new link those before it may go, but for the latest record; one that was made again is
   * wanted for something, so nothing goes.
   *
   * @returns those that may go, which count as gone
   */
  add(state: S): ReadonlyArray<S> {
    const isNew = state.n > this.#last
    this.#note(state)
    if (!isLasting(state)) this.#passing.set(state.n, state)
    if (!isNew) return []
    const gone = [...this.#passing.values()].filter(({ n }) => n !== this.#last && n !== this.#record)
    for (const { n } of gone) this.#passing.delete(n)
    return gone
  }

  #note({ n, isRecord }: S): void {
    this.#last = Math.max(this.#last, n)
    if (isRecord) this.#record = Math.max(this.#record, n)
  }
}

/**
 * What is left over of a chain that has ended.
 *
 * @param known all its links, in their order: those beyond this end too, as another may have gone further
 */
export const leftOver = <S extends Pick<KeptState, "n" | "chosen">>(
  known: ReadonlyArray<S>,
): ReadonlyArray<S> => known.filter((state, i) => i < known.length - 1 && !isLasting(state))
