// The live reader for a terminal: finished lines scroll away above a few lines of what runs now, with time left.
import type { Event, EventOf } from "../events.ts"
import { fitted, visibleInLine } from "../visible.ts"
import { ToldGroups } from "./groups.ts"
import { EventLines } from "./plain.ts"
import { duration } from "./reasons.ts"
import { cellText } from "./table.ts"
import { type RunningTask, TimeLeft } from "./time-left.ts"

/** Seconds between two drawings of progress alone. */
const eachSeconds = 0.1
/** Metrics that a line of progress has room for. */
const shownMetrics = 4

export interface Screen {
  /** How many there are now. */
  readonly columns: () => number
  /** Writes text over that many lines above the cursor, and whatever stands below. */
  readonly draw: (over: number, text: string) => void
}

/** @param now seconds */
export function terminal(screen: Screen, now: () => number) {
  const display = new LiveDisplay(screen, now)
  return { hear: (event: Event): void => display.hear(event), end: (): void => display.end() }
}

class LiveDisplay {
  readonly #screen: Screen
  readonly #now: () => number
  readonly #lines = new EventLines()
  readonly #running = new Map<string, RunningTask>()
  /** Tasks that have not finished. */
  readonly #open = new Set<string>()
  readonly #groups = new ToldGroups()
  #tasks = 0
  #timeLeft: TimeLeft | undefined
  /** Lines that stand below what has scrolled away. */
  #drawn = 0
  #last = 0

  constructor(screen: Screen, now: () => number) {
    this.#screen = screen
    this.#now = now
  }

  hear(event: Event): void {
    this.#note(event)
    if (event.event === "progress" && this.#now() - this.#last < eachSeconds) return
    this.#last = this.#now()
    const lines = event.event === "task-started" ? [] : this.#lines.of(event)
    const over = this.#drawn
    this.#screen.draw(over, lines.map((line) => `${line}\n`).join("") + this.#drawing())
  }

  /** What is still to be told when no event follows. */
  end(): void {
    const lines = this.#lines.rest()
    if (lines.length === 0) return
    this.#screen.draw(this.#drawn, lines.map((line) => `${line}\n`).join("") + this.#drawing())
  }

  #note(event: Event): void {
    this.#groups.hear(event)
    switch (event.event) {
      case "group-opened":
        this.#timeLeft?.add(event.tasks)
        this.#tasks += event.tasks.length
        for (const { task } of event.tasks) this.#open.add(task)
        break
      case "run-started":
        this.#timeLeft = new TimeLeft(event)
        this.#tasks = event.plan.length
        for (const { task } of event.plan) this.#open.add(task)
        break
      case "task-started":
        this.#running.set(event.task, { started: this.#now(), progress: undefined })
        break
      case "progress": {
        const running = this.#running.get(event.task)
        if (running !== undefined) running.progress = event
        break
      }
      case "waiting":
        this.#running.delete(event.task) // given up after a long sleep
        break
      case "task-finished":
        this.#running.delete(event.task)
        this.#open.delete(event.task)
        if (event.status === "ran") this.#timeLeft?.learn(event.stage, event.seconds)
    }
  }

  #drawing(): string {
    const lines = [
      ...this.#groups.drawing(),
      ...[...this.#running].map(([task, running]) => this.#line(task, running)),
    ]
    if (this.#timeLeft !== undefined && this.#running.size > 0) {
      const left = this.#timeLeft.text(this.#open, this.#running, this.#now())
      lines.push(`  ${this.#tasks - this.#open.size} of ${this.#tasks} tasks done${left}`)
    }
    this.#drawn = lines.length
    const columns = Math.max(20, this.#screen.columns() - 1)
    return lines.map((line) => `${fitted(visibleInLine(line), columns)}\n`).join("")
  }

  #line(task: string, { started, progress }: RunningTask): string {
    return progress === undefined
      ? `  ⋯ ${task}  ${duration(this.#now() - started)}`
      : progressLine(task, progress)
  }
}

function progressLine(task: string, { done, total, unit, seconds, metrics }: EventOf<"progress">): string {
  const bar = "█".repeat(Math.round((12 * done) / total)).padEnd(12, "░")
  const left = done === 0 ? "" : `, ${duration((seconds / done) * (total - done))} left`
  const shown = Object.entries(metrics)
    .slice(0, shownMetrics)
    .map(([name, value]) => `${name} ${cellText(value)}`)
  return `  ${bar} ${task}  ${unit} ${done}/${total}${left}  ${shown.join("  ")}`
}
