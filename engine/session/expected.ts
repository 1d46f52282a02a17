// What a declaration, a lock file or the store may make throw is an expected failure, not a defect.
import * as Effect from "effect/Effect"

/** Fails with what is thrown: errors with a tag and a message for people. */
export const expected = <A>(run: () => A): Effect.Effect<A, Error> =>
  Effect.try({ try: run, catch: (failure) => failure as Error })

/** The same of what takes its time. */
export const expectedLater = <A>(run: () => Promise<A>): Effect.Effect<A, Error> =>
  Effect.tryPromise({ try: run, catch: (failure) => failure as Error })
