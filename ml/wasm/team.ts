/**
 * Threads over one shared memory that take items of a job as they come, so that a slow one holds up nobody; it knows nothing
 * of what an item is. Atomics are all that it needs: in Node any thread may wait, in a page a worker.
 */
import type { Arena } from "./arena.ts"

/** Words of the control block, the busy ones on cache lines of their own. */
const LEFT = 0
const DONE = 16
const POSTED = 32
const ITEMS = 48
const KIND = 49
const ASLEEP = 50
const WANTED = 51
const ENDED = 52
const FAILED = 53
const WORDS = 64

/** Bytes for what a member's failure says. */
const TEXT = 1024

/** Looks at a word before a thread sleeps: some tens of microseconds, about what falling asleep and waking up cost. */
const LOOKS = 20_000

/** A member that leaves an item undone for so long has been stopped from outside: milliseconds. */
const PATIENCE = 120_000

/** One item of a job; items of a job may be done in any order, and at the same time. */
export type Perform = (kind: number, item: number) => void

/** The control block of a team that is `at` a place of an arena; it is there for every thread alike. */
export interface Control {
  readonly words: Int32Array
  readonly text: Uint8Array
}

/** A control block where the arena has its next place. */
export function placeControl(arena: Arena): number {
  return arena.allocate(WORDS * 4 + TEXT, "team")
}

export function controlAt(memory: WebAssembly.Memory, at: number): Control {
  const { buffer } = memory
  return { words: new Int32Array(buffer, at, WORDS), text: new Uint8Array(buffer, at + WORDS * 4, TEXT) }
}

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
    this.#members = members
    Atomics.store(this.#control.words, WANTED, members)
    this.#wake()
  }

  /** Sends every member home. */
  dismiss(): void {
    this.#members = 0
    Atomics.store(this.#control.words, ENDED, 1)
    this.#wake()
  }

  /** Returns when all items are done. Throws what an item throws here, and MemberFailed for one elsewhere. */
  run(kind: number, items: number): void {
    if (this.#members === 0 || items < 2) {
      for (let item = 0; item < items; item++) this.#perform(kind, item)
      return
    }
    const { words } = this.#control
    Atomics.store(words, DONE, 0)
    Atomics.store(words, ITEMS, items)
    Atomics.store(words, KIND, kind)
    Atomics.store(words, LEFT, items)
    this.#wake()
    for (let item = claim(words); item >= 0; item = claim(words)) {
      this.#perform(kind, item)
      Atomics.add(words, DONE, 1)
    }
    this.#awaitOthers(items)
    if (Atomics.load(words, FAILED) > 0) throw this.#failure()
  }

  #wake(): void {
    const { words } = this.#control
    Atomics.add(words, POSTED, 1)
    if (Atomics.load(words, ASLEEP) > 0) Atomics.notify(words, POSTED)
  }

  #awaitOthers(items: number): void {
    const { words } = this.#control
    for (let look = 0; look < LOOKS; look++) if (Atomics.load(words, DONE) === items) return
    for (;;) {
      const done = Atomics.load(words, DONE)
      if (done === items) return
      if (Atomics.wait(words, DONE, done, this.#patience) === "timed-out")
        throw new MemberFailed("a thread of the training was stopped in the midst of its work")
    }
  }

  #failure(): MemberFailed {
    const { words, text } = this.#control
    const said = String.fromCharCode(...text.slice(0, Atomics.load(words, FAILED)))
    return new MemberFailed(`a thread of the training failed: ${decodeURIComponent(said)}`)
  }
}

/** A member's work, until the lead dismisses it; members count from 0. */
export function serve({ words, text }: Control, member: number, perform: Perform): void {
  while (Atomics.load(words, ENDED) === 0) {
    const posted = Atomics.load(words, POSTED)
    const wanted = member < Atomics.load(words, WANTED)
    if (wanted) work(words, text, perform)
    const looks = wanted ? LOOKS : 0
    let look = 0
    while (look < looks && Atomics.load(words, POSTED) === posted) look++
    if (look < looks) continue
    Atomics.add(words, ASLEEP, 1)
    Atomics.wait(words, POSTED, posted)
    Atomics.sub(words, ASLEEP, 1)
  }
}

function work(words: Int32Array, text: Uint8Array, perform: Perform): void {
  for (let item = claim(words); item >= 0; item = claim(words)) {
    try {
      perform(Atomics.load(words, KIND), item)
    } catch (failure) {
      // In letters of one byte each, cut between two of them.
      const said =
        encodeURIComponent(String((failure as Error).message ?? failure)).match(/(%..)+|[^%]/g) ?? []
      let length = 0
      for (const letter of said)
        if (length + letter.length <= TEXT) for (const one of letter) text[length++] = one.charCodeAt(0)
      Atomics.store(words, FAILED, Math.max(1, length))
    }
    const done = Atomics.add(words, DONE, 1) + 1
    if (done === Atomics.load(words, ITEMS)) Atomics.notify(words, DONE)
  }
}

/**
 * An item of the job at hand that is nobody's yet, or −1. What a job is made of is read after this, and a job is not over
 * before its items are: so it does not matter which job was at hand before.
 */
function claim(words: Int32Array): number {
  for (;;) {
    const left = Atomics.load(words, LEFT)
    if (left === 0) return -1
    if (Atomics.compareExchange(words, LEFT, left, left - 1) === left)
      return Atomics.load(words, ITEMS) - left
  }
}
