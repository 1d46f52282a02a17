// The threads of one task, each running the stage's `thread` under the stage's traps; they end with the task.
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import type { TaskFile } from "../protocol.ts"

/** What a thread is told of its task: enough to find its code and to raise the traps. */
export type ThreadTask = Pick<TaskFile, "code" | "stage" | "allow" | "files">

/** Beside this file's bundle in dist/; in dist/ also when it runs from source. */
const script = new URL(
  import.meta.url.endsWith(".ts") ? "../../../dist/thread.mjs" : "./thread.mjs",
  import.meta.url,
)

export class Threads {
  readonly #task: ThreadTask
  readonly #workers: Array<Worker> = []
  #failure: Error | undefined
  #isOver = false

  constructor({ code, stage, allow, files }: TaskFile) {
    this.#task = { code, stage, allow, files }
  }

  /** @param given anything that can be cloned to a thread, a shared memory too */
  start(given: unknown): void {
    const worker = new Worker(fileURLToPath(script), { workerData: { task: this.#task, given } })
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
