// Workers that are kept over many runs: some for warm stores, others for runs from nothing. They know no project.
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { Executor, orLost } from "../../engine/worker/executor.ts"
import { localPool } from "../../engine/worker/local-pool.ts"
import { workerCommand } from "../../engine/worker/worker-command.ts"

/** Services that are closed together. */
export class Opened<R> {
  readonly services: Context.Context<R>
  readonly close: () => Promise<void>

  constructor(services: Context.Context<R>, close: () => Promise<void>) {
    this.services = services
    this.close = close
  }

  static of<R, E>(layer: Layer.Layer<R, E>): Opened<R> {
    const scope = Effect.runSync(Scope.make())
    const services = Effect.runSync(Layer.buildWithScope(layer, scope))
    return new Opened(services, () => Effect.runPromise(Scope.close(scope, Exit.void)))
  }
}

const elsewhere = (services: Context.Context<Executor>): Context.Context<Executor> => {
  const { execute } = Context.get(services, Executor)
  return Context.make(Executor, {
    execute,
    executeHere: (task, folder, hear) => orLost(execute(task, folder, hear)),
  })
}

const pool = (): Opened<Executor> => Opened.of(localPool(workerCommand(undefined)))

export class Workers {
  readonly #fresh = pool()
  #warm = pool()
  #warmFor = ""

  get fresh(): Context.Context<Executor> {
    return this.#fresh.services
  }

  /**
   * A worker has the environment, the folder and the packages of the moment when it was started, so that others want others.
   *
   * @param canBeHere whether this process has loaded no other packages at these paths: else its own tasks go to workers too
   */
  async warm(wanted: string, canBeHere: boolean): Promise<Context.Context<Executor>> {
    if (wanted !== this.#warmFor) {
      await this.#warm.close()
      this.#warm = pool()
      this.#warmFor = wanted
    }
    return canBeHere ? this.#warm.services : elsewhere(this.#warm.services)
  }

  async close(): Promise<void> {
    await Promise.all([this.#fresh.close(), this.#warm.close()])
  }
}
