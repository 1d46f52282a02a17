// Gives timers and signals a turn now and then: tasks in this process may leave them none.
import * as Effect from "effect/Effect"

/** Milliseconds after which they get one. */
const each = 50

export class TurnTaker {
  #last = performance.now()

  /** Waits for a turn of the event loop, if the last was some time ago. */
  readonly take: Effect.Effect<void> = Effect.suspend(() => {
    if (performance.now() - this.#last <= each) return Effect.void
    return Effect.promise(() => new Promise<void>((resume) => setImmediate(resume))).pipe(
      Effect.andThen(Effect.sync(() => (this.#last = performance.now()))),
      Effect.asVoid,
    )
  })
}
