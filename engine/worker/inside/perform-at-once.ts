// Performs a stage within one turn of the event loop, the traps up for just that: where others run in this process, too.
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Runtime from "effect/Runtime"
import type { AnyForm } from "../../declare/form.ts"
import type { RunContext } from "../../declare/run-context.ts"
import type { TaskFile } from "../protocol.ts"
import { withoutChance } from "./effect-chance.ts"
import type { Host } from "./host.ts"
import { traced } from "./tracer.ts"

/** A stage that says that it may run in the coordinator, and takes more than a turn. */
class NotAtOnce extends Error {
  readonly _tag = "NotAtOnce"
  constructor(stage: string, found: string) {
    super(
      `stage "${stage}" declares \`inProcess\`, but ${found}: what runs in the coordinator must give what it gives at once. Make it synchronous, or take \`inProcess\` away`,
    )
  }
}

/** @throws NotAtOnce, and whatever the stage throws */
export function performAtOnce(
  form: AnyForm,
  { task, context, host }: { task: TaskFile; context: RunContext<unknown, never>; host: Host },
): unknown {
  if ("chain" in form) throw new NotAtOnce(task.stage, "is a chain of links")
  host.enter(task)
  try {
    const outcome: unknown = form.run(context as never)
    const given = Effect.isEffect(outcome)
      ? runAtOnce(outcome as Effect.Effect<unknown, unknown>, task.stage)
      : outcome
    if (!isPromise(given)) return given
    given.then(undefined, () => {}) // whatever becomes of it
    throw new NotAtOnce(task.stage, "gave a Promise")
  } finally {
    host.leave()
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function"

function runAtOnce(effect: Effect.Effect<unknown, unknown>, stage: string): unknown {
  const exit = Effect.runSyncExit(traced(withoutChance(effect, stage)))
  if (Exit.isSuccess(exit)) return exit.value
  for (const defect of Cause.defects(exit.cause)) {
    if (!Runtime.isAsyncFiberException(defect)) continue
    Effect.runFork(Fiber.interruptFork(defect.fiber))
    throw new NotAtOnce(stage, "gave an Effect that waits")
  }
  throw Runtime.makeFiberFailure(exit.cause)
}
