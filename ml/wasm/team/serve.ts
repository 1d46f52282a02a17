// What a member of a team does until it is sent home; it knows nothing of what an item is.
import { type Control, LOOKS, type Perform, TEXT, WORD } from "./control.ts"
import { claim } from "./shares.ts"

/** A member's work, until the lead dismisses it; members count from 0. */
export function serve({ words, text }: Control, member: number, perform: Perform): void {
  while (Atomics.load(words, WORD.ended) === 0) {
    const posted = Atomics.load(words, WORD.posted)
    const wanted = member < Atomics.load(words, WORD.wanted)
    if (wanted) work(words, text, member + 1, perform)
    const looks = wanted ? LOOKS : 0
    let look = 0
    while (look < looks && Atomics.load(words, WORD.posted) === posted) look++
    if (look < looks) continue
    Atomics.add(words, WORD.asleep, 1)
    Atomics.wait(words, WORD.posted, posted)
    Atomics.sub(words, WORD.asleep, 1)
  }
}

function work(words: Int32Array, text: Uint8Array, thread: number, perform: Perform): void {
  for (let item = claim(words, thread); item >= 0; item = claim(words, thread)) {
    try {
      perform(Atomics.load(words, WORD.kind), item)
    } catch (failure) {
      Atomics.store(words, WORD.failed, write(String((failure as Error).message ?? failure), text))
    }
    const done = Atomics.add(words, WORD.done, 1) + 1
    if (done === Atomics.load(words, WORD.items)) Atomics.notify(words, WORD.done)
  }
}

/** Writes a message as letters of one byte each, as many as there is room for; gives how many, at least one. */
function write(message: string, to: Uint8Array): number {
  const letters = encodeURIComponent(message).match(/(%..)+|[^%]/g) ?? []
  let length = 0
  for (const letter of letters)
    if (length + letter.length <= TEXT) for (const one of letter) to[length++] = one.charCodeAt(0)
  return Math.max(1, length)
}
