// Tasks of a run whose inputs turned out damaged: while these are made again they hold no room, as what makes them may take all that
// there is; then they wait for room once more.
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Queue from "effect/Queue"
import type { TaskError } from "../../worker/protocol.ts"
import { type Ended, errorOf, isDefect, type Notice } from "../notices.ts"
import type { Pending } from "../pending.ts"
import type { Tasks } from "../tasks.ts"
import type { Healing, RunAgain } from "./healing.ts"

interface Services {
  readonly healing: Healing
  readonly notices: Queue.Enqueue<Notice>
  /** Where tasks run: interrupted with the run. */
  readonly fibers: FiberSet.FiberSet
}

export class DamagedInputs {
  readonly #tasks: Tasks
  readonly #services: Services
  /** How many tasks have inputs that are being made again. */
  #count = 0

  constructor(tasks: Tasks, services: Services) {
    this.#tasks = tasks
    this.#services = services
  }

  get isBusy(): boolean {
    return this.#count > 0
  }

  /** @returns undefined where the task did not fail of its inputs, or they were made again before */
  heal(pending: Pending, error: TaskError): Effect.Effect<unknown> | undefined {
    const { healing, notices, fibers } = this.#services
    if (!healing.mayHelp(pending.task, error)) return undefined
    this.#count++
    const began = performance.now()
    const healed = Effect.flatMap(Effect.exit(healing.heal(pending, this.#again)), (exit) =>
      Queue.offer(notices, {
        notice: "healed",
        pending,
        seconds: (performance.now() - began) / 1000,
        exit,
      }),
    )
    return FiberSet.run(fibers, healed)
  }

  /** Its inputs are sound, or cannot be made so. */
  goOn({ pending, seconds, exit }: Ended<void>): Effect.Effect<void> {
    this.#count--
    if (isDefect(exit)) return exit
    if (Exit.isSuccess(exit)) this.#tasks.pending.wait({ ...pending, isBegun: true })
    else this.#tasks.finish(pending, "failed", { seconds, error: errorOf(exit) })
    return Effect.void
  }

  readonly #again: RunAgain = (at) =>
    Effect.async((resume) => {
      const refused = this.#tasks.pending.runAgain(at, (exit) => resume(exit))
      if (refused !== undefined) resume(Effect.fail(refused))
      else Queue.unsafeOffer(this.#services.notices, { notice: "another waits" })
    })
}
