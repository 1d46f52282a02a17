// How long a run will still take, from what its tasks took before and what runs now: for the live display.
import type { EventOf } from "../events.ts"
import { duration } from "./reasons.ts"

export interface RunningTask {
  /** Seconds, by the reader's clock. */
  readonly started: number
  progress: EventOf<"progress"> | undefined
}

/** Between two estimates: each looks at every task that is left. */
const eachSeconds = 0.2

export class TimeLeft {
  readonly #jobs: number
  readonly #tasks: Array<EventOf<"run-started">["plan"][number]>
  /** By stage: how many tasks ran, and how long they took together. */
  readonly #took = new Map<string, { readonly count: number; readonly seconds: number }>()
  #at = Number.NEGATIVE_INFINITY
  #text = ""

  constructor({ jobs, plan }: EventOf<"run-started">) {
    this.#jobs = jobs
    this.#tasks = [...plan]
  }

  /** Tasks join the run. */
  add(tasks: EventOf<"group-opened">["tasks"]): void {
    for (const task of tasks) this.#tasks.push(task)
  }

  /** A task of the stage ran. */
  learn(stage: string, seconds: number): void {
    const before = this.#took.get(stage) ?? { count: 0, seconds: 0 }
    this.#took.set(stage, { count: before.count + 1, seconds: before.seconds + seconds })
  }

  /** @returns `, about 5 s left`, or nothing while a task is left of which nothing is known */
  text(open: ReadonlySet<string>, running: ReadonlyMap<string, RunningTask>, now: number): string {
    if (now - this.#at < eachSeconds) return this.#text
    this.#at = now
    const seconds = this.#seconds(open, running, now)
    this.#text = seconds === undefined ? "" : `, about ${duration(seconds / Math.max(1, this.#jobs))} left`
    return this.#text
  }

  #seconds(
    open: ReadonlySet<string>,
    running: ReadonlyMap<string, RunningTask>,
    now: number,
  ): number | undefined {
    let sum = 0
    for (const { task, stage, expected } of this.#tasks) {
      if (!open.has(task)) continue
      const own = this.#took.get(stage)
      const whole = expected ?? (own === undefined ? undefined : own.seconds / own.count)
      const left = secondsLeft(running.get(task), whole, now)
      if (left === undefined) return undefined
      sum += left
    }
    return sum
  }
}

function secondsLeft(
  running: RunningTask | undefined,
  whole: number | undefined,
  now: number,
): number | undefined {
  if (running?.progress !== undefined && running.progress.done > 0) {
    const { done, total, seconds } = running.progress
    return (seconds / done) * (total - done)
  }
  if (whole === undefined) return undefined
  return Math.max(0, whole - (running === undefined ? 0 : now - running.started))
}
