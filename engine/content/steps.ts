// Synchronous work that may take long, as steps: whoever drives it may let others have a turn in between.

/** Yields wherever it may be left for a while. */
export type Steps<A> = Generator<void, A, void>

/** Takes all steps, and lets nobody have a turn. */
export function atOnce<A>(steps: Steps<A>): A {
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}
