/**
 * Threads over one shared memory that do the items of a job together; it knows nothing of what an item is. Each has a share of
 * its own, the same each time, so that what it wrote last is still in its core's cache; whoever is done takes from the others, so
 * that a slow one holds up nobody. Atomics are all that it needs: in Node any thread may wait, in a page a worker.
 */
import type { Arena } from "../kernels/arena.ts"
import type { Pointer } from "../kernels/quantities.ts"

/** Words of the control block, the busy ones on cache lines of their own. */
const DONE = 0
const POSTED = 16
const ITEMS = 32
const KIND = 33
const THREADS = 34
const ASLEEP = 35
const WANTED = 36
const ENDED = 37
const FAILED = 38
/** Items that are left of each share; the lead's is the first. */
const LEFT = 48
const LINE = 16

/** Threads of a team, the lead too, at the most. */
export const TEAM = 64

const WORDS = LEFT + TEAM * LINE

/** Bytes for what a member's failure says. */
const TEXT = 1024

/**
 * Looks at a word before a thread sleeps: some 75 µs. Falling asleep and waking up costs a quarter of that; longer would take a
 * core away from whoever else needs it.
 */
const LOOKS = 30_000

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
export function placeControl(arena: Arena): Pointer {
  return arena.allocate(WORDS * 4 + TEXT, "team")
}

export function controlAt(memory: WebAssembly.Memory, at: Pointer): Control {
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
    this.#members = Math.min(members, TEAM - 1)
    Atomics.store(this.#control.words, WANTED, this.#members)
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
    const threads = this.#members + 1
    Atomics.store(words, THREADS, threads)
    for (let share = 0; share < threads; share++)
      Atomics.store(
        words,
        LEFT + share * LINE,
        endOf(share, items, threads) - endOf(share - 1, items, threads),
      )
    this.#wake()
    for (let item = claim(words, 0); item >= 0; item = claim(words, 0)) {
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
    if (wanted) work(words, text, member + 1, perform)
    const looks = wanted ? LOOKS : 0
    let look = 0
    while (look < looks && Atomics.load(words, POSTED) === posted) look++
    if (look < looks) continue
    Atomics.add(words, ASLEEP, 1)
    Atomics.wait(words, POSTED, posted)
    Atomics.sub(words, ASLEEP, 1)
  }
}

function work(words: Int32Array, text: Uint8Array, thread: number, perform: Perform): void {
  for (let item = claim(words, thread); item >= 0; item = claim(words, thread)) {
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
 * An item of the job at hand that is nobody's yet, of the thread's own share if possible, or −1. What a job is made of is read
 * after a share is taken from, and a job is not over before its items are: so it does not matter which job was at hand before.
 */
function claim(words: Int32Array, thread: number): number {
  const threads = Atomics.load(words, THREADS)
  for (let next = 0; next < threads; next++) {
    const share = (thread + next) % threads
    const at = LEFT + share * LINE
    for (let left = Atomics.load(words, at); left > 0; left = Atomics.load(words, at))
      if (Atomics.compareExchange(words, at, left, left - 1) === left)
        return endOf(share, Atomics.load(words, ITEMS), Atomics.load(words, THREADS)) - left
  }
  return -1
}

/** The first item after a share. */
const endOf = (share: number, items: number, threads: number): number =>
  Math.floor(((share + 1) * items) / threads)
