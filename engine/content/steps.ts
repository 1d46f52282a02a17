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
