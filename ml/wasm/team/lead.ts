// The thread that hands out a team's jobs, and works on them itself; it knows nothing of what an item is.
import { type Control, LINE, LOOKS, type Perform, TEAM, WORD } from "./control.ts"
import { claim, sizeOfShare } from "./shares.ts"

/** A member that leaves an item undone for so long has been stopped from outside: milliseconds. */
const PATIENCE = 120_000

/** A member of the team died or threw; the training cannot go on. */
export class MemberFailed extends Error {
  readonly _tag = "MemberFailed"
}

/** The thread that hands out jobs, and works on them itself. */
export class Lead {
  readonly #control: Control
  readonly #perform: Perform
  readonly #patience: number
  #members = 0

  constructor(control: Control, perform: Perform, patience: number = PATIENCE) {
    this.#control = control
    this.#perform = perform
    this.#patience = patience
  }

  /** How many members work from the next job on; the others sleep. */
  employ(members: number): void {
    this.#members = Math.min(members, TEAM - 1)
    Atomics.store(this.#control.words, WORD.wanted, this.#members)
    this.#wake()
  }

  /** Sends every member home. */
  dismiss(): void {
    this.#members = 0
    Atomics.store(this.#control.words, WORD.ended, 1)
    this.#wake()
  }

  /** Returns when all items are done. Throws what an item throws here, and MemberFailed for one elsewhere. */
  run(kind: number, items: number): void {
    if (this.#members === 0 || items < 2) {
      for (let item = 0; item < items; item++) this.#perform(kind, item)
      return
    }
    const { words } = this.#control
    Atomics.store(words, WORD.done, 0)
    Atomics.store(words, WORD.items, items)
    Atomics.store(words, WORD.kind, kind)
    const threads = this.#members + 1
    Atomics.store(words, WORD.threads, threads)
    for (let share = 0; share < threads; share++)
      Atomics.store(words, WORD.left + share * LINE, sizeOfShare(share, items, threads))
    this.#wake()
    for (let item = claim(words, 0); item >= 0; item = claim(words, 0)) {
      this.#perform(kind, item)
      Atomics.add(words, WORD.done, 1)
    }
    this.#awaitOthers(items)
    if (Atomics.load(words, WORD.failed) > 0) throw this.#failure()
  }

  #wake(): void {
    const { words } = this.#control
    Atomics.add(words, WORD.posted, 1)
    if (Atomics.load(words, WORD.asleep) > 0) Atomics.notify(words, WORD.posted)
  }

  #awaitOthers(items: number): void {
    const { words } = this.#control
    for (let look = 0; look < LOOKS; look++) if (Atomics.load(words, WORD.done) === items) return
    for (;;) {
      const done = Atomics.load(words, WORD.done)
      if (done === items) return
      if (Atomics.wait(words, WORD.done, done, this.#patience) === "timed-out")
        throw new MemberFailed("a thread of the training was stopped in the midst of its work")
    }
  }

  #failure(): MemberFailed {
    const { words, text } = this.#control
    const said = String.fromCharCode(...text.slice(0, Atomics.load(words, WORD.failed)))
    return new MemberFailed(`a thread of the training failed: ${decodeURIComponent(said)}`)
  }
}
