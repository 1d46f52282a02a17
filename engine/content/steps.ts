// Synchronous work that may take long, as steps: whoever drives it may let others have a turn in between.

/** Yields wherever it may be left for a while. */
export type Steps<A> = Generator<void, A, void>

/** Reads page by page, until one is empty. @param read of what comes after an item; without one, of what comes first */
export function* pages<A>(read: (after: A | undefined) => ReadonlyArray<A>): Generator<ReadonlyArray<A>> {
  for (let page = read(undefined); page.length > 0; page = read(page.at(-1))) yield page
}

/** Takes all steps, and lets nobody have a turn. */
export function atOnce<A>(steps: Steps<A>): A {
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

/** Takes steps, and gives others a turn between them. */
export async function taken<A>(steps: Steps<A>, pause: () => Promise<void>): Promise<A> {
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) await pause()
  return step.value
}

/** Seconds between two turns of the event loop, at the least. */
const turnEach = 0.05

/** Gives others a turn, but not so often that it costs. @param now in seconds */
export function pauser(now: () => number): () => Promise<void> {
  let last = now()
  return async () => {
    if (now() - last < turnEach) return
    await new Promise((resume) => setImmediate(resume))
    last = now()
  }
}
