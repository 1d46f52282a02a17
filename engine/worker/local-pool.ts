// The local executor: a pool of worker processes, each started when first needed and used again.
import { existsSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Digest } from "../content/digest.ts"
import { diskMessageOf } from "../content/disk-failure.ts"
import { Executor, type News, WorkerLost } from "./executor.ts"
import { Guardian } from "./guardian.ts"
import { executeInProcess } from "./in-process.ts"
import { type ResultFile, type TaskFile, taskFileName } from "./protocol.ts"
import { SecretRefused, Secrets } from "./secrets.ts"
import type { WorkerCommand } from "./worker-command.ts"
import { type Handed, type WorkerOptions, WorkerProcess } from "./worker-process.ts"

/** Between two looks for a result that no nudge spoke of. */
const lookEach = 1000

const eachSecond: WorkerOptions["often"] = (look) => {
  const timer = setInterval(look, lookEach)
  return () => clearInterval(timer)
}

/** How long the pool waits for workers that it has killed, in milliseconds. */
const waitAtMost = 1000

/**
 * @param command starts a worker; how many run at once is the runner's to bound
 * @param environment variables that workers have beside those of this process
 * @param secrets of all stages; a worker is told those of a task that declares some
 * @param often when to look for results
 */
export const localPool = (
  command: WorkerCommand,
  environment: Readonly<Record<string, string>> = {},
  secrets = new Secrets([], {}),
  often = eachSecond,
): Layer.Layer<Executor> =>
  Layer.scoped(
    Executor,
    Effect.gen(function* () {
      const idle: Array<WorkerProcess> = []
      const all = new Set<WorkerProcess>()
      const guardian = new Guardian()
      yield* Effect.addFinalizer(() =>
        Effect.promise(() => ended(all)).pipe(Effect.tap(() => guardian.end())),
      )
      const take = (): WorkerProcess => {
        for (let worker = idle.pop(); worker !== undefined; worker = idle.pop())
          if (worker.isUsable) return worker
        const worker = new WorkerProcess(command, { environment, guardian, secrets, often })
        all.add(worker)
        return worker
      }
      /** By the digest of their code, those that hold many attempts that only wait. */
      const holding = new Map<Digest, WorkerProcess>()
      const besideOthers = (task: TaskFile, isAlone: boolean): WorkerProcess => {
        const known = isAlone ? undefined : holding.get(task.codeDigest)
        const worker = known?.isUsable === true ? known : take()
        if (!isAlone) holding.set(task.codeDigest, worker)
        return worker
      }
      const ask = (worker: WorkerProcess, folder: string, hear: (news: News) => void, handed: Handed) => {
        const { result, giveUp } = worker.together(folder, hear, handed)
        return Effect.tryPromise({ try: () => result, catch: (failure) => failure as WorkerLost }).pipe(
          Effect.onInterrupt(() => stopped(giveUp, worker, hear)),
        )
      }
      const end = (worker: WorkerProcess): void => {
        worker.kill()
        all.delete(worker)
      }
      const giveBack = (worker: WorkerProcess): void => {
        if (worker.isUsable) idle.push(worker)
        else all.delete(worker)
      }
      return {
        executeHere: executeInProcess,
        execute: (task, folder, hear, share, isAlone = false) =>
          Effect.suspend(() => {
            if (task.program === undefined && !existsSync(task.code))
              return Effect.fail(new WorkerLost(`${task.code} is gone`))
            const text = JSON.stringify(task)
            const handed = handedTo(task, text, secrets)
            if (handed instanceof SecretRefused) return Effect.succeed(refused(handed))
            try {
              writeFileSync(join(folder, taskFileName), text)
            } catch (failure) {
              const disk = diskMessageOf(failure, resolve(folder, "..", ".."), text.length)
              return Effect.fail(new WorkerLost(disk ?? `no worker can be told what to do: ${failure}`))
            }
            if (task.request !== undefined) {
              const worker = besideOthers(task, isAlone)
              const asked = ask(worker, folder, hear, { secrets: handed })
              return isAlone
                ? Effect.ensuring(
                    asked,
                    Effect.sync(() => end(worker)),
                  )
                : asked
            }
            const worker = take()
            return Effect.tryPromise({
              try: () =>
                worker.perform(folder, hear, {
                  share,
                  secrets: handed,
                  home: task.program?.environment.HOME,
                }),
              catch: (failure) => (failure instanceof WorkerLost ? failure : new WorkerLost(String(failure))),
            }).pipe(
              Effect.onInterrupt(() => Effect.sync(() => worker.kill())),
              Effect.ensuring(Effect.sync(() => giveBack(worker))),
            )
          }),
      }
    }),
  )

/** The secrets of a task, whose file holds none: it is written to a disk. */
function handedTo(
  { secrets: names = [] }: TaskFile,
  text: string,
  secrets: Secrets,
): Readonly<Record<string, string>> | SecretRefused {
  const found = secrets.masks.findIn(text)
  if (found !== undefined)
    return new SecretRefused(
      `what the task is given holds the secret ${found.name} (${found.called}): params, declared variables and names of inputs are in keys, so take it out of them`,
    )
  try {
    return secrets.of(names)
  } catch (failure) {
    return failure as SecretRefused
  }
}

const refused = ({ _tag, message }: SecretRefused): ResultFile => ({
  status: "failed",
  error: { tag: _tag, message },
  seconds: 0,
})

/**
 * Gives one of several attempts up. A worker that does not hear of it in time is killed, with all that it holds: then nobody knows
 * which of them it was stuck in.
 */
const stopped = (
  giveUp: () => Promise<void>,
  worker: WorkerProcess,
  hear: (news: News) => void,
): Effect.Effect<void> =>
  Effect.promise(giveUp).pipe(
    Effect.timeoutTo({
      duration: waitAtMost,
      onSuccess: () => {},
      onTimeout: () => worker.kill(),
    }),
    Effect.tap(() => Effect.sync(() => worker.wasLostInCompany && hear({ nudge: "stuck" }))),
  )

/** Kills workers, and waits until they have gone; whoever takes too long is left to the operating system. */
async function ended(workers: ReadonlySet<WorkerProcess>): Promise<void> {
  for (const worker of workers) worker.kill()
  let timer: NodeJS.Timeout | undefined
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, waitAtMost)
  })
  await Promise.race([enough, Promise.all([...workers].map((worker) => worker.ended))])
  clearTimeout(timer)
}
