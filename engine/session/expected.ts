// What a declaration, a lock file or the store may make throw is an expected failure, not a defect.
import * as Effect from "effect/Effect"
import type { Steps } from "../content/steps.ts"
import { inTurns } from "../run/turns.ts"

/** Fails with what is thrown: errors with a tag and a message for people. */
export const expected = <A>(run: () => A): Effect.Effect<A, Error> =>
  Effect.try({ try: run, catch: (failure) => failure as Error })

/** The same of what takes its time. */
export const expectedLater = <A>(run: () => Promise<A>): Effect.Effect<A, Error> =>
  Effect.tryPromise({ try: run, catch: (failure) => failure as Error })

/** The same of many steps, which lets others have their turn. */
export const expectedInTurns = <A>(begin: () => Steps<A>): Effect.Effect<A, Error> =>
  Effect.catchAllDefect(inTurns(begin), (failure) => Effect.fail(failure as Error))
