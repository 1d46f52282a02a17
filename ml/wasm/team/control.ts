// The words by which threads of a team meet, in memory that all of them see; it knows nothing of what they do. Atomics are all
// that it takes: in Node any thread may wait for a word, in a page only a worker may.
import type { Arena } from "../../kernels/arena.ts"
import type { Pointer } from "../../kernels/quantities.ts"

/** Which word is what; the busy ones are on cache lines of their own. */
export const WORD = {
  /** Items of the job that are done. */
  done: 0,
  /** Moves whenever there is news. */
  posted: 16,
  /** Items of the job, and its kind. */
  items: 32,
  kind: 33,
  /** Threads that share the job, the lead too. */
  threads: 34,
  /** Members that sleep until there is news. */
  asleep: 35,
  /** Members that are to work; those after them sleep. */
  wanted: 36,
  /** 1 once every member may go home. */
  ended: 37,
  /** Bytes of what a member's failure says. */
  failed: 38,
  /** Items that are left of each share, LINE words apart; the lead's is the first. */
  left: 48,
} as const

export const LINE = 16

/** Threads of a team, the lead too, at the most. */
export const TEAM = 64

const WORDS = WORD.left + TEAM * LINE

/** Bytes for what a member's failure says. */
export const TEXT = 1024

/**
 * Looks at a word before a thread sleeps: some 75 µs. Falling asleep and waking up costs a quarter of that; longer would take a
 * core away from whoever else needs it.
 */
export const LOOKS = 30_000

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
