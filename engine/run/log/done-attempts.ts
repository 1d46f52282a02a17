// Attempts that succeeded, until the history is told: with what is written next anyway, as a transaction of its own for each would
// be a third of what a trivial task takes.
import type { History } from "../../ledger/history.ts"
import { type Attempt, LedgerError } from "../../ledger/records.ts"

export class DoneAttempts {
  #untold: Array<Attempt> = []

  add(attempt: Attempt): void {
    this.#untold.push(attempt)
  }

  /** Best within a transaction. What cannot be told is done all the same. */
  tell(history: Pick<History["Type"], "attempt">): void {
    const untold = this.#untold
    this.#untold = []
    for (const attempt of untold) {
      try {
        history.attempt(attempt)
      } catch (failure) {
        if (!(failure instanceof LedgerError)) throw failure
      }
    }
  }
}
