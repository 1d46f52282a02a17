// How the items of a job are shared among threads. Each has a share of its own, the same each time, so that what it wrote last is
// still in its core's cache; whoever is done takes from the others, so that a slow one holds up nobody.
import { LINE, WORD } from "./control.ts"

/**
 * An item of the job at hand that is nobody's yet, of the thread's own share if possible, or −1. What a job is made of is read
 * after a share is taken from, and a job is not over before its items are: so it does not matter which job was at hand before.
 */
export function claim(words: Int32Array, thread: number): number {
  const threads = Atomics.load(words, WORD.threads)
  for (let next = 0; next < threads; next++) {
    const share = (thread + next) % threads
    const at = WORD.left + share * LINE
    for (let left = Atomics.load(words, at); left > 0; left = Atomics.load(words, at))
      if (Atomics.compareExchange(words, at, left, left - 1) === left)
        return endOf(share, Atomics.load(words, WORD.items), Atomics.load(words, WORD.threads)) - left
  }
  return -1
}

/** The first item after a share. */
const endOf = (share: number, items: number, threads: number): number =>
  Math.floor(((share + 1) * items) / threads)

export const sizeOfShare = (share: number, items: number, threads: number): number =>
  endOf(share, items, threads) - endOf(share - 1, items, threads)
