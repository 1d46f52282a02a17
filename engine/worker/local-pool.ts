// The local executor: a pool of worker processes, each started when first needed and used again.
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Executor, WorkerLost } from "./executor.ts"
import { executeInProcess } from "./in-process.ts"
import { taskFileName } from "./protocol.ts"
import type { WorkerCommand } from "./worker-command.ts"
import { WorkerProcess } from "./worker-process.ts"

/**
 * @param command starts a worker; how many run at once is the runner's to bound
 * @param environment variables that workers have beside those of this process
 */
export const localPool = (
  command: WorkerCommand,
  environment: Readonly<Record<string, string>> = {},
): Layer.Layer<Executor> =>
  Layer.scoped(
    Executor,
    Effect.gen(function* () {
      const idle: Array<WorkerProcess> = []
      const all = new Set<WorkerProcess>()
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          for (const worker of all) worker.kill()
        }),
      )
      const take = (): WorkerProcess => {
        for (let worker = idle.pop(); worker !== undefined; worker = idle.pop())
          if (worker.isUsable) return worker
        const worker = new WorkerProcess(command, environment)
        all.add(worker)
        return worker
      }
      const giveBack = (worker: WorkerProcess): void => {
        if (worker.isUsable) idle.push(worker)
        else all.delete(worker)
      }
      return {
        executeHere: executeInProcess(),
        execute: (task, folder, hear, share) =>
          Effect.suspend(() => {
            if (!existsSync(task.code)) return Effect.fail(new WorkerLost(`${task.code} is gone`))
            writeFileSync(join(folder, taskFileName), JSON.stringify(task))
            const worker = take()
            return Effect.tryPromise({
              try: () => worker.perform(folder, hear, share),
              catch: (failure) => (failure instanceof WorkerLost ? failure : new WorkerLost(String(failure))),
            }).pipe(
              Effect.onInterrupt(() => Effect.sync(() => worker.kill())),
              Effect.ensuring(Effect.sync(() => giveBack(worker))),
            )
          }),
      }
    }),
  )
