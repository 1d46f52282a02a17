// The services of a layer for a test, and what an effect fails with. Only for what is synchronous.
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type { Teardown } from "./temporary-folder.ts"

/** Builds a layer's services, which close when the test ends. */
export function open<I, E>(t: Teardown, layer: Layer.Layer<I, E>): Context.Context<I> {
  const scope = Effect.runSync(Scope.make())
  t.teardown(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  return Effect.runSync(Layer.buildWithScope(layer, scope))
}

/** What an effect fails with. */
export const failure = <A, E>(effect: Effect.Effect<A, E>): E => Effect.runSync(Effect.flip(effect))
