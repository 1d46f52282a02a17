// Gives timers and signals a turn now and then: tasks in this process, and plans of many tasks, may leave them none.
import * as Effect from "effect/Effect"
import type { Steps } from "../content/steps.ts"

/** Milliseconds after which they get one. */
const turnAtMost = 50

/** A turn of the event loop: what came meanwhile is heard. */
const turn: Effect.Effect<void> = Effect.promise(
  () => new Promise<void>((resume) => void setImmediate(resume)),
)

export class TurnTaker {
  #last = performance.now()

  /** Waits for a turn of the event loop, if the last was some time ago. */
  readonly take: Effect.Effect<void> = Effect.suspend(() => {
    if (performance.now() - this.#last <= turnAtMost) return Effect.void
    return Effect.andThen(
      turn,
      Effect.sync(() => void (this.#last = performance.now())),
    )
  })
}

/**
 * Takes steps, with turns in between, in which it may be interrupted. What the steps throw is a defect.
 *
 * @param within what is done around the steps between two turns, such as a transaction
 */
export const inTurns = <A>(
  begin: () => Steps<A>,
  within: <B>(some: () => B) => B = (some) => some(),
): Effect.Effect<A> =>
  Effect.suspend(() => {
    const steps = begin()
    const some = (): IteratorResult<void, A> => {
      const began = performance.now()
      let step = steps.next()
      while (step.done !== true && performance.now() - began <= turnAtMost) step = steps.next()
      return step
    }
    const rest: Effect.Effect<A> = Effect.suspend(() => {
      const step = within(some)
      return step.done === true ? Effect.succeed(step.value) : Effect.andThen(turn, rest)
    })
    return Effect.ensuring(
      rest,
      Effect.sync(() => void steps.return(undefined as never)), // what it has opened is closed, wherever it was left
    )
  })
