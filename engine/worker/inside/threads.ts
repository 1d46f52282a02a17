// The threads of one task, each running the stage's `thread` under the stage's traps; they end with the task.
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import type { TaskFile } from "../protocol.ts"
import type { Guarded } from "./traps/guard.ts"

/** What a thread is told of its task: enough to find its code and to raise the traps. */
export type ThreadTask = Guarded & {
  /** Counted from 1 within the task. */
  readonly thread: number
  /** The task's folder for temporary files, and that for what it gives as paths. */
  readonly scratch: string
  readonly places: string
} & Pick<TaskFile, "accelerator">

/** Beside this file's bundle in dist/; in dist/ also when it runs from source. */
const script = new URL(
  import.meta.url.endsWith(".ts") ? "../../../dist/thread.mjs" : "./thread.mjs",
  import.meta.url,
)

export class Threads {
  readonly #guarded: Guarded
  readonly #accelerator: Pick<TaskFile, "accelerator">
  readonly #folders: Pick<ThreadTask, "scratch" | "places">
  readonly #workers: Array<Worker> = []
  #failure: Error | undefined
  #isOver = false

  constructor(task: TaskFile, folders: Pick<ThreadTask, "scratch" | "places">) {
    const { code, codeDigest, stage, allow, packages, files, seed, linkSeed, settings } = task
    const { inputs, environment = {}, accelerator } = task
    this.#accelerator = accelerator === undefined ? {} : { accelerator }
    this.#guarded = {
      code,
      codeDigest,
      stage,
      allow,
      packages,
      files,
      seed,
      linkSeed,
      settings,
      inputs,
      environment,
    }
    this.#folders = folders
  }

  /** @param given anything that can be cloned to a thread, a shared memory too */
  start(given: unknown): void {
    const thread = this.#workers.length + 1
    const task: ThreadTask = { ...this.#guarded, ...this.#accelerator, ...this.#folders, thread }
    const worker = new Worker(fileURLToPath(script), { workerData: { task, given } })
    worker.on("error", (failure) => {
      if (!this.#isOver) this.#failure ??= failure
    })
    this.#workers.push(worker)
  }

  /** @throws what a thread failed with */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Ends those that still run. */
  async end(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#workers.splice(0).map((worker) => worker.terminate()))
  }
}
